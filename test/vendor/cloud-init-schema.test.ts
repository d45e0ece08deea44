import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderBuildSeed, renderSeed, type SeedFile } from '../../scripts/render/seed.ts';

/** The oldest and the newest cloud-init of all distros in config/distros/, from Debian's own packages. */
const SYSTEMS = [
  { suite: 'bullseye', version: /\b20\.4/, schema: 'cloud-init devel schema --config-file', network: undefined },
  { suite: 'trixie', version: /\b25\./, schema: 'cloud-init schema --config-file', network: 'cloud-init schema --schema-type network-config --config-file' },
] as const;

const FOLDER = 'templates/cloud-init';
const templates = new Map(readdirSync(FOLDER).map((name) => [`${FOLDER}/${name}`, readFileSync(`${FOLDER}/${name}`, 'utf8')]));
const who = {
  instanceId: 'i-1',
  hostname: 'web-1',
  sshPublicKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJjnrxculACG3Y/5rchKCv3bmdItYwMMFsSRnldbJEIX you'],
  templates,
};
const cards = { mac: '52:54:00:00:00:01', privateMac: '02:92:0a:4d:00:0b', privateAddress: '10.77.0.11/24' };

/** Every seed that we make. */
const SEEDS: Readonly<Record<string, readonly SeedFile[]>> = {
  bake: renderBuildSeed(who),
  debian: renderSeed({ ...who, user: 'debian', family: 'debian', instanceData: 'domain: a.example\n' }),
  el: renderSeed({ ...who, user: 'rocky', family: 'el' }),
  fleet: renderSeed({ ...who, user: 'debian', family: 'debian', cards }),
};

describe.each(SYSTEMS)('cloud-init of $suite', ({ suite, version, schema, network }) => {
  let root = '';
  const inside = (command: string): string => execFileSync('chroot', [root, '/bin/sh', '-c', `${command} 2>&1`], { encoding: 'utf8' });

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'ingot-cloud-init-'));
    execFileSync('mmdebstrap', ['--quiet', '--variant=apt', '--include=cloud-init', suite, root], { stdio: ['ignore', 'ignore', 'inherit'] });
    mkdirSync(join(root, 'seeds'));
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('is the version that this is about', () => {
    expect(inside('cloud-init --version')).toMatch(version);
  });

  const write = (name: string, text: string): string => {
    writeFileSync(join(root, 'seeds', name), text);
    return `/seeds/${name}`;
  };
  const textOf = (files: readonly SeedFile[], path: SeedFile['path']): string => files.find((file) => file.path === path)?.text ?? '';

  test.each(Object.keys(SEEDS))('takes the user-data of %s', (name) => {
    const path = write(`${name}.user-data`, textOf(SEEDS[name] ?? [], 'user-data'));
    expect(inside(`${schema} ${path}`)).toMatch(/^(?:Valid (?:cloud-config|schema)|\s*Valid)/m);
  });

  test('would say what is wrong with one', () => {
    const path = write('wrong.user-data', '#cloud-config\nusers: 7\nruncmd: yes\n');
    expect(() => inside(`${schema} ${path}`)).toThrow();
  });

  test.runIf(network !== undefined).each(['debian', 'fleet'])('takes the network-config of %s', (name) => {
    const path = write(`${name}.network-config`, textOf(SEEDS[name] ?? [], 'network-config'));
    expect(inside(`${network} ${path}`)).toMatch(/Valid/);
  });
});
