import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { localHost } from '../../scripts/host/local-host.ts';
import type { NightlySummary } from '../../scripts/model/nightly-summary.ts';
import { nightly } from '../../scripts/pipelines/nightly.ts';
import { makeKey, write, writeAptRepository, type MadeKey } from './support/apt-repository.ts';
import { serveFolder, type FolderServer } from './support/folder-server.ts';

const PROJECT = join(import.meta.dirname, '../..');
const TOOL = 'small-tool';
/** A third party of the project's mirrors, so that its address and its key can be put in from outside. */
const VENDOR = 'nodesource';

/** What the project's folder is to hold besides: a component that is one package of a third party, for one role. */
async function projectWithTool(dir: string): Promise<string> {
  const copy = join(dir, 'project');
  for (const name of ['config', 'packer', 'cloud-init', 'templates', 'package.json']) await cp(join(PROJECT, name), join(copy, name), { recursive: true });
  const change = async (path: string, alter: (text: Record<string, unknown>) => unknown): Promise<void> => {
    const file = join(copy, 'config', path);
    await writeFile(file, stringify(alter(parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
  };
  const repository = { mirror: VENDOR, suite: 'nodistro', components: ['main'], signedBy: `/etc/apt/keyrings/${VENDOR}.asc`, base: false, key: VENDOR };
  await change('distros/debian-12.yaml', (distro) => ({
    ...distro,
    repositories: [...(distro['repositories'] as readonly unknown[]), { id: VENDOR, ...repository, usedBy: [TOOL] }],
  }));
  await change('images/aikovrr.yaml', (image) => {
    const roles = image['roles'] as Readonly<Record<string, { readonly components: readonly string[] }>>;
    const lb = roles['lb'] ?? { components: [] };
    return { ...image, roles: { ...roles, lb: { ...lb, components: [...lb.components, TOOL] } } };
  });
  const check = {
    name: 'answers',
    title: 'it answers',
    hint: 'the package is missing',
    guest: { run: TOOL, expect: { matches: '^[12]$' }, phases: ['first-boot'] },
  };
  const saboteur = { where: 'guest', run: `rm -f /usr/bin/${TOOL}` };
  const component = { summary: 'a tool of a third party', after: ['base-system'], packages: { debian: [TOOL], el: [TOOL] }, checks: [{ ...check, saboteur }] };
  write(join(copy, 'packer/components', TOOL, 'component.yaml'), stringify(component));
  return copy;
}

/** Nights of one image: the first, one on which nothing is new, and one on which a single package is. */
describe('from night to night', () => {
  let dir = '';
  let key: MadeKey;
  let server: FolderServer;
  let project = '';

  /** The third party publishes this version of its package. */
  const release = (version: string): void => {
    const tree = join(dir, `tree-${version}`);
    write(join(tree, 'usr/bin', TOOL), `#!/bin/sh\necho ${version}\n`, 0o755);
    writeAptRepository(join(dir, 'vendor'), { suite: 'nodistro', debs: [{ name: TOOL, version, depends: [], description: 'a tool', tree }], key });
  };

  const night = async (): Promise<NightlySummary['results'][number]> => {
    const env = { ...process.env, INGOT_MIRROR_NODESOURCE: `${server.url}/vendor`, INGOT_KEY_NODESOURCE: `${key.fingerprint}:${key.path}` };
    const host = localHost({ interrupted: new AbortController().signal, projectDir: project, env });
    const options = { driver: 'native', accel: 'auto', fresh: false, explain: false, dryRun: false, keepFailed: false, publish: true, yes: true } as const;
    const places = { buildDir: join(dir, 'build'), cacheDir: join(dir, 'cache'), storeLocation: join(dir, 'store') };
    const say = (event: object): void => void process.stderr.write(`${JSON.stringify(event)}\n`);
    const { results } = await nightly({ host, say }, { distros: ['debian-12'], roles: ['lb'], keepNewest: 3, keepDays: 7, bake: { ...options, ...places } });
    expect(results).toHaveLength(1);
    return results[0] as NightlySummary['results'][number];
  };

  const versionOf = (reference: string | null | undefined): string => reference?.split('@')[1] ?? 'none';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-nights-'));
    key = makeKey(dir);
    project = await projectWithTool(dir);
    server = await serveFolder(dir);
  });

  afterAll(async () => {
    server.close();
    execFileSync('gpgconf', ['--homedir', key.home, '--kill', 'all']);
    await rm(dir, { recursive: true, force: true });
  });

  let first = '';
  let second = '';

  test('the first bakes, proves and publishes', async () => {
    release('1');
    const result = await night();
    expect(result).toMatchObject({ status: 'published' });
    first = versionOf('reference' in result ? result.reference : null);
  });

  test('one on which nothing is new has nothing to do', async () => {
    const result = await night();
    process.stderr.write(`${JSON.stringify(result)}\n`);
    expect(result).toMatchObject({ status: 'nothing-to-do', changed: [] });
  });

  test('nor has one on a machine that starts empty: the store says what stands, and no disk is fetched', async () => {
    for (const name of ['build', 'cache']) await rename(join(dir, name), join(dir, `${name}-before`));
    const result = await night();
    const left = await readdir(join(dir, 'build'), { recursive: true });
    for (const name of ['build', 'cache']) {
      await rm(join(dir, name), { recursive: true, force: true });
      await rename(join(dir, `${name}-before`), join(dir, name));
    }
    expect(result).toMatchObject({ status: 'nothing-to-do', changed: [], checks: expect.stringMatching(/^\d+ of \d+$/) as string });
    expect(versionOf('reference' in result ? result.reference : null)).toBe(first);
    expect(left.filter((name) => name.endsWith('.qcow2'))).toEqual([]);
  });

  test('one on which one package is new publishes the next release, and its changes are that package', async () => {
    release('2');
    const result = await night();
    expect(result).toMatchObject({ status: 'published' });
    second = versionOf('reference' in result ? result.reference : null);
    expect(second).not.toBe(first);
    const changes = await readFile(join(dir, 'store/aikovrr-lb-debian-12', second, 'CHANGES.md'), 'utf8');
    process.stderr.write(`${changes}\n`);
    expect(changes).toMatch(new RegExp(`${TOOL}.*1.*2`));
  });
});
