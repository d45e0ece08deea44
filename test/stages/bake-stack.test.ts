import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import type { Component, ImageSpec } from '../../scripts/model/image-spec.ts';
import { layerStack } from '../../scripts/plan/layer-stack.ts';
import { bakeStack, decideStack, type BakedStack, type StackRequest } from '../../scripts/stages/bake-stack.ts';
import { openDiskCache, type CachedDisk } from '../../scripts/store/disk-cache.ts';
import { fakeDisks, filesBelow, PROJECT_DIR, unflushed } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan, sampleTexts, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleComponent, sampleFile, sampleSource, sampleSpec, webComponent } from '../support/sample-spec.ts';

const BASE = sampleComponent('base', { packages: ['less', 'curl'] });
const CONF = sampleFile('/etc/web.conf', { source: 'packer/components/web/files/etc/web.conf.hbs', template: true });

const specWith = (web: Partial<Component>): ImageSpec => sampleSpec({ components: [BASE, webComponent(web)] });
/** What a change of a configuration file, of a package list and of the seal look like. */
const FILE_CHANGED = specWith({ files: [{ ...CONF, sha256: '2'.repeat(64) }] });
const PACKAGES_CHANGED = specWith({ packages: ['nginx', 'jq'] });
const sealChanged = (spec: ImageSpec): ImageSpec => ({
  ...spec,
  guestLibrary: spec.guestLibrary.map((file) => (file.source.endsWith('/seal.sh') ? sampleSource(file.source, '3'.repeat(64)) : file)),
});

interface Kitchen {
  readonly host: FakeHost;
  readonly requestOf: (spec?: ImageSpec, change?: Partial<StackRequest>) => StackRequest;
  readonly bake: (spec?: ImageSpec, change?: Partial<StackRequest>) => Promise<BakedStack>;
  readonly decide: (spec?: ImageSpec, change?: Partial<StackRequest>) => Promise<BakeOutcome['layers']>;
  /** Stages that ran since the last time this was asked. */
  readonly ran: () => readonly string[];
  readonly descriptionOf: (path: string) => CachedDisk | undefined;
}

/** One cache, in which every bake is a run of its own, a minute after the one before. */
function kitchen(answers: readonly Answer[] = []): Kitchen {
  const fake = fakeHost(fakeDisks(answers), { pid: process.pid, projectDir: PROJECT_DIR });
  const host = { ...fake, files: unflushed(fake.files) };
  const desk = deskOf(host);
  let runs = 0;
  const requestOf: Kitchen['requestOf'] = (spec = sampleSpec(), change = {}) => {
    runs += 1;
    const workspace = sampleWorkspace(host.dir, { runId: `bake-20261122t000000-${String(runs).padStart(8, '0')}` });
    const cache = openDiskCache(host, workspace.cacheDir, workspace.runId);
    return { spec, texts: sampleTexts(spec), plan: samplePlan(spec), cache, workspace, hostAptDump: '', fresh: false, ...change };
  };
  const disksDir = join(sampleWorkspace(host.dir).cacheDir, 'disks');
  return {
    host,
    requestOf,
    bake: async (spec, change) => {
      await host.clock.sleep(60_000);
      return bakeStack(desk, requestOf(spec, change));
    },
    decide: (spec, change) => decideStack(requestOf(spec, change)),
    ran: () => desk.events.splice(0).flatMap((event) => (event.type === 'started' ? [event.stage] : [])),
    descriptionOf: (path) =>
      readdirSync(disksDir)
        .filter((name) => name.endsWith('.json'))
        .map((name) => JSON.parse(readFileSync(join(disksDir, name), 'utf8')) as CachedDisk)
        .find(({ file }) => file === basename(path)),
  };
}

const actions = (layers: BakeOutcome['layers']): Readonly<Record<string, string>> => Object.fromEntries(layers.map(({ name, action }) => [name, action]));
const CACHED = { base: 'cached', packages: 'cached', app: 'cached', configure: 'cached', sealed: 'cached' };
const EVERYTHING = ['language-packages', 'base', 'packages', 'app', 'compact', 'configure', 'sealed'];

/** Overlays are committed onto the compressed disk one after another: each must have been made on the one before it. */
function expectChained({ descriptionOf }: Kitchen, { flatPath, overlayPaths }: BakedStack): void {
  const chain = [flatPath, ...overlayPaths];
  expect(overlayPaths.map((path) => descriptionOf(path)?.parentFile)).toEqual(chain.slice(0, -1).map((path) => basename(path)));
}

describe('bakeStack', () => {
  test('bakes everything from nothing, lowest first, each layer on the one below', async () => {
    const all = kitchen();
    const stack = await all.bake();
    expect(all.ran()).toEqual(EVERYTHING);
    expect(readFileSync(stack.flatPath, 'utf8')).toBe('copy of (app on (packages on (copy of (bootstrapped))))');
    expect(stack.overlayPaths.map((path) => readFileSync(path, 'utf8').split(' ')[0])).toEqual(['configure', 'sealed']);
    expectChained(all, stack);
  });

  test('bakes nothing twice', async () => {
    const all = kitchen();
    const first = await all.bake();
    all.ran();
    const { flatPath, overlayPaths } = await all.bake();
    expect({ flatPath, overlayPaths }).toEqual({ flatPath: first.flatPath, overlayPaths: first.overlayPaths });
    expect(all.ran()).toEqual([]);
  });

  test('a change of configuration costs only what is above it', async () => {
    const all = kitchen();
    const first = await all.bake();
    all.ran();
    const stack = await all.bake(FILE_CHANGED);
    expect(all.ran()).toEqual(['configure', 'sealed']);
    expect(stack.flatPath).toBe(first.flatPath);
    expectChained(all, stack);
  });

  test('a change of packages costs all but the base', async () => {
    const all = kitchen();
    await all.bake();
    all.ran();
    await all.bake(PACKAGES_CHANGED);
    expect(all.ran()).toEqual(EVERYTHING);
    expect(all.host.commands.filter((command) => command.startsWith('mmdebstrap'))).toHaveLength(1);
  });

  test('a failed bake is taken up at the layer that failed', async () => {
    let broken = true;
    const all = kitchen();
    const run: FakeHost['run'] = (argv, options) =>
      broken && argv[1] === 'build' && argv.at(-1)?.includes('/configure/') === true ? Promise.reject(new Error('killed')) : all.host.run(argv, options);
    const desk = deskOf({ ...all.host, run });
    await expect(bakeStack(desk, all.requestOf())).rejects.toThrow('killed');
    broken = false;
    desk.events.length = 0;
    await bakeStack(desk, all.requestOf());
    expect(desk.events.flatMap((event) => (event.type === 'started' ? [event.stage] : []))).toEqual(['configure', 'sealed']);
  });

  test('fetches no language packages for an image without any', async () => {
    const all = kitchen();
    await all.bake(specWith({ locks: [], scripts: {} }));
    expect(all.ran()).toEqual(['base', 'packages', 'compact', 'configure', 'sealed']);
  });

  test('a change of the app takes the packages from the cache', async () => {
    const all = kitchen();
    await all.bake();
    all.ran();
    await all.bake(specWith({ scripts: { ...webComponent().scripts, app: sampleSource('packer/components/web/app.sh', '4'.repeat(64)) } }));
    expect(all.ran()).toEqual(EVERYTHING.filter((stage) => stage !== 'packages'));
  });

  test('keeps the packages below an app for its next change, and no bytes of what the compressed disk says as well', async () => {
    const all = kitchen();
    const { plan, cache } = all.requestOf();
    await all.bake();
    const [packages, app] = plan.layers;
    expect(await cache.find(packages?.key ?? '')).toBeDefined();
    expect(await cache.find(app?.key ?? '')).toBeUndefined();
    expect(await cache.newest('app', plan.imageId)).toEqual(app?.keyFields);
  });

  test('keeps the base when it is all that was compressed: other roles stand on it', async () => {
    const all = kitchen();
    const bare = sampleSpec({ components: [sampleComponent('conf', { files: [sampleFile('/etc/plain')] })] });
    await all.bake(bare);
    expect(all.ran()).toEqual(['base', 'compact', 'configure', 'sealed']);
    expect(await all.requestOf().cache.find(samplePlan(bare).base.key)).toBeDefined();
  });

  test('fresh bakes everything again, and leaves what others stand on', async () => {
    const all = kitchen();
    const first = await all.bake();
    all.ran();
    const again = await all.bake(sampleSpec(), { fresh: true });
    expect(all.ran()).toEqual(EVERYTHING);
    expect(again.flatPath).not.toBe(first.flatPath);
    expectChained(all, again);
  });
});

describe('every overlay of a stack was made on the very disk that it is committed onto', () => {
  test('after a fresh bake, when an older configuration comes back', async () => {
    const all = kitchen();
    await all.bake();
    await all.bake(FILE_CHANGED);
    await all.bake(FILE_CHANGED, { fresh: true });
    expectChained(all, await all.bake(sealChanged(sampleSpec())));
  });

  test('when the compressed disk was lost and is made again', async () => {
    const all = kitchen();
    const { flatPath } = await all.bake();
    const { cache, plan } = all.requestOf();
    rmSync(join(cache.dir, `${layerStack(plan).flatKey}.json`));
    const stack = await all.bake();
    expect(stack.flatPath).not.toBe(flatPath);
    expectChained(all, stack);
  });

  test('when the configuration was lost and the seal was not', async () => {
    const all = kitchen();
    await all.bake();
    const { cache, plan } = all.requestOf();
    rmSync(join(cache.dir, `${plan.layers.at(-2)?.key}.json`));
    expectChained(all, await all.bake());
  });

  test('when pruning dropped the compressed disk, but not the newest overlay on it', async () => {
    const all = kitchen();
    await all.bake();
    await all.bake(PACKAGES_CHANGED);
    await all.bake(FILE_CHANGED);
    await all.bake(specWith({ packages: ['apache2'] }));
    await all.requestOf().cache.prune(2);
    expectChained(all, await all.bake(sealChanged(FILE_CHANGED)));
  });
});

describe('decideStack', () => {
  test('touches nothing, and finds nothing in an empty cache', async () => {
    const all = kitchen();
    const layers = await all.decide();
    expect(layers.map(({ name, action }) => [name, action])).toEqual([
      ['base', 'baked'],
      ['packages', 'baked'],
      ['app', 'baked'],
      ['configure', 'baked'],
      ['sealed', 'baked'],
    ]);
    expect(layers[0]?.why).toEqual(['nothing like it is in the cache yet']);
    expect([filesBelow(all.host.dir), all.host.commands]).toEqual([[], []]);
  });

  test('says that all is cached once it is baked, also what only the compressed disk holds', async () => {
    const all = kitchen();
    await all.bake();
    const layers = await all.decide();
    expect(actions(layers)).toEqual(CACHED);
    expect(layers.every(({ why }) => why.length === 0)).toBe(true);
  });

  test('names the file that changed, and that what stands on it follows', async () => {
    const all = kitchen();
    await all.bake();
    const layers = await all.decide(FILE_CHANGED);
    expect(actions(layers)).toEqual({ ...CACHED, configure: 'baked', sealed: 'baked' });
    expect(layers[3]?.why).toContain('file packer/components/web/files/etc/web.conf.hbs changed');
    expect(layers[4]?.why).toEqual(['parent changed']);
  });

  test('names a package that came or went, and a script that changed', async () => {
    const all = kitchen();
    await all.bake();
    expect((await all.decide(PACKAGES_CHANGED))[1]?.why).toEqual(['package jq is new']);
    const scripts = { ...webComponent().scripts, app: sampleSource('packer/components/web/app.sh', '4'.repeat(64)) };
    const layers = await all.decide(specWith({ scripts, packages: ['curl'] }));
    expect(layers[1]?.why).toEqual(['package nginx is gone']);
    expect(layers[2]?.why).toEqual(['script packer/components/web/app.sh changed', 'parent changed']);
  });

  test('says what bakeStack then does', async () => {
    for (const spec of [FILE_CHANGED, PACKAGES_CHANGED, sealChanged(sampleSpec())]) {
      const all = kitchen();
      await all.bake();
      all.ran();
      const decided = (await all.decide(spec)).filter(({ action }) => action === 'baked').map(({ name }) => name);
      await all.bake(spec);
      expect(all.ran().filter((stage) => !['language-packages', 'base', 'compact'].includes(stage))).toEqual(decided);
    }
  });

  test('fresh says so for every layer', async () => {
    const all = kitchen();
    await all.bake();
    const layers = await all.decide(sampleSpec(), { fresh: true });
    expect(layers.every(({ action, why }) => action === 'baked' && why.join() === '--fresh was given')).toBe(true);
  });

  test('a compressed disk that was not described to its end is not there', async () => {
    const all = kitchen();
    await all.bake();
    const { cache, plan } = all.requestOf();
    const path = join(cache.dir, `${layerStack(plan).flatKey}.json`);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    expect(actions(await all.decide())).toMatchObject({ app: 'baked' });
  });
});
