import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generate } from '../../scripts/pipelines/generate.ts';
import { DISTRO, project, WEB, type ProjectFile } from '../config/project.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

const rooms = ['templates/packer', 'templates/cloud-init'];
const OURS: Readonly<Record<string, ProjectFile>> = Object.fromEntries(
  [
    ...rooms.flatMap((room) => readdirSync(room).map((name) => `${room}/${name}`)),
    'packer/native-layer.sh',
    'packer/surroundings.sh',
    'packer/power-off.sh',
  ].map((path) => [path, readFileSync(path, 'utf8')]),
);

interface Generated {
  readonly host: FakeHost;
  readonly dir: string;
  readonly paths: readonly string[];
  readonly text: (path: string) => string;
}

async function generated(changes: Readonly<Record<string, ProjectFile>> = {}, role = 'full'): Promise<Generated> {
  const host = project({ ...OURS, ...changes });
  const dir = join(host.dir, 'out');
  const written = await generate({ host, say: () => undefined }, { distro: 'tin', role, outDir: dir });
  return { host, dir, paths: written.map((path) => relative(dir, path)), text: (path) => readFileSync(join(dir, path), 'utf8') };
}

describe('generate', () => {
  test('writes HCL for both drivers in both dialects, seeds and payloads, and returns their paths', async () => {
    const { paths, dir } = await generated();
    expect(paths.toSorted()).toEqual(
      [
        ...['configure', 'app', 'sealed'].flatMap((layer) => [
          `packer-1.6/vm-${layer}/image.pkr.hcl`,
          `packer-1.7/vm-${layer}/image.pkr.hcl`,
          `packer-1.7/vm-${layer}/plugins.pkr.hcl`,
        ]),
        ...['1.6', '1.7'].map((dialect) => `packer-${dialect}/native/image.pkr.hcl`),
        ...['user-data', 'meta-data', 'network-config'].map((name) => `cloud-init/launch/${name}`),
        ...['user-data', 'meta-data'].map((name) => `cloud-init/build/${name}`),
        ...['packages', 'app', 'configure', 'sealed'].flatMap((layer) =>
          ['guest.env', 'layer', 'lib/log.sh', 'run-layer.sh'].map((name) => `layers/${layer}/${name}`),
        ),
        ...['packages.list'].map((name) => `layers/packages/${name}`),
        ...['packages'].flatMap((layer) => [
          `packer-1.6/vm-${layer}/image.pkr.hcl`,
          `packer-1.7/vm-${layer}/image.pkr.hcl`,
          `packer-1.7/vm-${layer}/plugins.pkr.hcl`,
        ]),
        ...['steps.list', 'steps/app/app.sh'].map((name) => `layers/app/${name}`),
        ...['files.list', 'files/etc/web/secret.conf', 'files/etc/web/web.conf', 'files/usr/bin/web', 'steps.list', 'steps/web/configure.sh'].map(
          (name) => `layers/configure/${name}`,
        ),
        'layers/sealed/seal.sh',
        'native-layer.sh',
        'power-off.sh',
        'surroundings.sh',
      ].toSorted(),
    );
    expect(paths.every((path) => existsSync(join(dir, path)))).toBe(true);
    expect(statSync(join(dir, 'layers/app/steps/app/app.sh')).mode & 0o777).toBe(0o755);
  });

  test('runs no program and asks no network', async () => {
    expect((await generated()).host.commands).toEqual([]);
  });

  test('writes the same on every machine, with no path of this one', async () => {
    const [one, two] = [await generated(), await generated()];
    for (const path of one.paths) {
      expect(two.text(path)).toBe(one.text(path));
      expect(one.text(path)).not.toContain(one.host.dir);
    }
  });

  test('chains the layers', async () => {
    const { text } = await generated();
    const native = text('packer-1.6/native/image.pkr.hcl');
    expect([...native.matchAll(/"(?:PARENT|OUTPUT)_DISK=([\w.]+)"/g)].map(([, disk]) => disk)).toEqual(
      ['base', 'packages', 'packages', 'app', 'app', 'configure', 'configure', 'sealed'].map((name) => `${name}.qcow2`),
    );
    expect(text('packer-1.6/vm-sealed/image.pkr.hcl')).toContain('iso_url          = "vm-configure/layer.qcow2"');
  });

  test('carries every hostile value of the YAML literally', async () => {
    const parameters = Object.fromEntries(HOSTILE_STRINGS.map((value, index) => [`v${index}x`, { type: 'string', default: value, description: 'd' }]));
    const holes = HOSTILE_STRINGS.map((_, index) => `{{yaml params.v${index}x}}`).join(',\n');
    const { text } = await generated({
      'packer/components/web/component.yaml': { yaml: { ...WEB, parameters } },
      'packer/components/web/files/etc/web/web.conf.hbs': `[${holes}]`,
    });
    const env = new Map(Object.keys(parameters).map((name, index) => [index, `WEB_${name.toUpperCase()}`]));
    const script = `${text('layers/configure/guest.env')}\nprintf '%s\\0' ${[...env.values()].map((name) => `"$${name}"`).join(' ')}`;
    expect(execFileSync('bash', [], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(HOSTILE_STRINGS);
    expect(JSON.parse(text('layers/configure/files/etc/web/web.conf'))).toEqual(HOSTILE_STRINGS);
  });

  test('refuses a value where its place cannot carry it, naming the template', async () => {
    const web = { ...WEB, parameters: { ...WEB.parameters, greeting: { ...WEB.parameters.greeting, default: 'a; rm -rf /' } } };
    const files = { 'packer/components/web/component.yaml': { yaml: web }, 'packer/components/web/files/etc/web/web.conf.hbs': 'say {{word params.greeting}}' };
    await expect(generated(files)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      what: expect.stringContaining('packer/components/web/files/etc/web/web.conf.hbs:1:') as string,
    });
  });

  test('leaves nothing when it fails', async () => {
    const host = project({ ...OURS, 'packer/components/web/files/etc/web/web.conf.hbs': '{{bare}}' });
    await expect(generate({ host, say: () => undefined }, { distro: 'tin', outDir: join(host.dir, 'out') })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readdirSync(host.dir)).not.toContain('out');
    expect(readdirSync(host.dir).filter((name) => name.startsWith('.ingot'))).toEqual([]);
  });

  test('replaces what it wrote before, and nothing else', async () => {
    const { host, dir } = await generated();
    const again = (): Promise<readonly string[]> => generate({ host, say: () => undefined }, { distro: 'tin', role: 'small', outDir: dir });
    await again();
    expect(existsSync(join(dir, 'layers/app'))).toBe(false);
    writeFileSync(join(host.dir, 'config/notes'), 'mine');
    await expect(generate({ host, say: () => undefined }, { distro: 'tin', outDir: join(host.dir, 'config') })).rejects.toMatchObject({ code: 'USAGE' });
    expect(readFileSync(join(host.dir, 'config/notes'), 'utf8')).toBe('mine');
  });

  test('gives both seeds as cloud-init reads them', async () => {
    const { text } = await generated();
    expect(text('cloud-init/launch/user-data')).toMatch(/^#cloud-config\n/);
    expect(parse(text('cloud-init/launch/meta-data'))).toEqual({ 'instance-id': 'box-full-tin-1', 'local-hostname': 'box-full-tin-1' });
    expect(parse(text('cloud-init/build/user-data'))).toMatchObject({ users: [{ name: 'ingot-build' }] });
  });

  test('needs no index of any repository', async () => {
    const distro = {
      ...DISTRO,
      repositories: [...DISTRO.repositories, { id: 'other', mirror: 'tin', suite: 'x', components: ['main'], signedBy: '/x', base: true }],
    };
    await expect(generated({ 'config/distros/tin-1.yaml': { yaml: distro } })).resolves.toBeDefined();
  });
});
