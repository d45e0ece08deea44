import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayerRecord } from '../../scripts/model/layer-record.ts';
import type { BakedStack } from '../../scripts/stages/bake-stack.ts';
import { fetchLayers } from '../../scripts/stages/fetch-layers.ts';
import { memoryLayers, type MemoryLayers } from '../support/memory-layers.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleComponent, sampleSource, sampleSpec, webComponent } from '../support/sample-spec.ts';
import { machine } from './machine.ts';

const EVERYTHING = ['language-packages', 'base', 'packages', 'app', 'compact', 'configure', 'sealed'];
const FETCHED = ['fetch compact', 'fetch configure', 'fetch sealed'];
const BASE = sampleComponent('base', { packages: ['less', 'curl'] });
const OTHER_APP = sampleSpec({
  components: [BASE, webComponent({ scripts: { ...webComponent().scripts, app: sampleSource('packer/components/web/app.sh', '4'.repeat(64)) } })],
});
const hex = (digit: string): string => digit.repeat(64);
const textsOf = ({ flatPath, overlayPaths }: BakedStack): readonly string[] => [flatPath, ...overlayPaths].map((path) => readFileSync(path, 'utf8'));

interface Shared {
  readonly place: MemoryLayers;
  readonly texts: readonly string[];
  /** The record of a layer, by name. */
  readonly recordOf: (name: string) => LayerRecord;
  readonly change: (name: string, change: Partial<LayerRecord>) => void;
}

/** What a machine has baked and shared. */
async function sharedByOne(): Promise<Shared> {
  const place = memoryLayers();
  const one = machine('one', place.open(true));
  const stack = await one.bake();
  await one.share(stack);
  const recordOf = (name: string): LayerRecord => [...place.records.values()].find((record) => record.name === name) ?? expect.fail(`no ${name}`);
  return {
    ...{ place, texts: textsOf(stack), recordOf },
    change: (name, change) => void place.records.set(recordOf(name).key, { ...recordOf(name), ...change }),
  };
}

describe('a machine with an empty cache', () => {
  test('fetches the chain of another, lowest first, and bakes nothing', async () => {
    const { place, texts } = await sharedByOne();
    const two = machine('two', place.open(false));
    const stack = await two.bake();
    expect(two.ran()).toEqual(FETCHED);
    expect(textsOf(stack)).toEqual(texts);
    expect(stack.fetched).toHaveLength(3);
    expect(two.host.commands.filter((command) => command.startsWith('packer build'))).toEqual([]);
  });

  test('asks nobody and fetches nothing once it has all', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', place.open(false));
    await two.bake();
    two.ran();
    place.asked.length = 0;
    expect((await two.bake()).fetched).toEqual([]);
    expect([two.ran(), place.asked]).toEqual([[], []]);
  });

  test('takes base and packages when only the app has changed', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', place.open(false));
    const { fetched } = await two.bake({}, OTHER_APP);
    expect(two.ran()).toEqual(['fetch base', 'fetch packages', ...EVERYTHING.filter((stage) => stage !== 'packages')]);
    expect(fetched).toEqual([samplePlan(OTHER_APP).base.key, samplePlan(OTHER_APP).layers[0]?.key]);
  });

  test('bakes all when nothing is shared, when none is wanted, and without a place', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', memoryLayers().open(false));
    await two.bake();
    expect(two.ran()).toEqual(EVERYTHING);
    const fresh = machine('fresh', place.open(false));
    await fresh.bake({ fresh: true });
    expect(fresh.ran()).toEqual(EVERYTHING);
    expect(await fetchLayers(fresh.desk, { plan: samplePlan(), spec: sampleSpec(), cache: fresh.cache, fresh: false })).toEqual([]);
  });
});

describe('a machine that has some of it', () => {
  test('fetches only what it lacks, on the disk that it had fetched before', async () => {
    const { place, texts } = await sharedByOne();
    const two = machine('two', place.open(false));
    const first = await two.bake();
    rmSync(first.overlayPaths[1] ?? '');
    two.ran();
    expect(textsOf(await two.bake())).toEqual(texts);
    expect(two.ran()).toEqual(['fetch sealed']);
  });

  test('never lays an overlay on bytes of its own: it takes the whole chain when others are further', async () => {
    const { place, texts } = await sharedByOne();
    const two = machine('two', place.open(false));
    const own = await two.bake({ shared: undefined });
    for (const path of own.overlayPaths) rmSync(path);
    two.ran();
    expect(textsOf(await two.bake())).toEqual(texts);
    expect(two.ran()).toEqual(FETCHED);
  });
});

describe('is baked here, with one note that says which and why', () => {
  test('a layer whose bytes were changed, and what stands on it', async () => {
    const { place, recordOf } = await sharedByOne();
    place.bytes.set(recordOf('configure').sha256, 'flipped');
    const two = machine('two', place.open(false));
    const { fetched } = await two.bake();
    expect(two.notes()).toEqual(['The layer configure is baked here, although s3://bucket/layers has one: its bytes are not those of its record']);
    expect(two.ran()).toEqual(['fetch compact', 'fetch configure', 'configure', 'sealed']);
    expect(fetched).toEqual([recordOf('compact').key]);
  });

  test('a layer whose record does not count', async () => {
    const { place } = await sharedByOne();
    place.refusals.set('sealed', 'the signature of its record does not count: no key that is trusted has signed it');
    const two = machine('two', place.open(false));
    await two.bake();
    expect(two.notes()).toEqual([
      'The layer sealed is baked here, although s3://bucket/layers has one: the signature of its record does not count: no key that is trusted has signed it',
    ]);
    expect(two.ran()).toEqual(['fetch compact', 'fetch configure', 'sealed']);
  });

  test('a layer whose parent is missing', async () => {
    const { place, recordOf } = await sharedByOne();
    place.records.delete(recordOf('configure').key);
    const two = machine('two', place.open(false));
    await two.bake();
    expect(two.notes()).toEqual([
      'The layer sealed is baked here, although s3://bucket/layers has one: the configure that it stands on is neither here nor shared',
    ]);
    expect(two.ran()).toEqual(['fetch compact', 'configure', 'sealed']);
  });

  test('a layer that was made on other bytes of its parent', async () => {
    const { place, recordOf, change } = await sharedByOne();
    change('configure', { parent: { key: recordOf('compact').key, sha256: hex('9') } });
    const two = machine('two', place.open(false));
    await two.bake();
    expect(two.notes()).toEqual([
      'The layer sealed is baked here, although s3://bucket/layers has one: it stands on another compact than the one that is shared',
      'The layer configure is baked here, although s3://bucket/layers has one: it stands on another compact than the one that is shared',
    ]);
    expect(two.ran()).toEqual(['fetch compact', 'configure', 'sealed']);
  });

  test('everything, when the compressed disk cannot be had: base and packages still come', async () => {
    const { place, recordOf } = await sharedByOne();
    place.bytes.set(recordOf('compact').sha256, 'flipped');
    const two = machine('two', place.open(false));
    await two.bake();
    expect(two.notes()).toHaveLength(1);
    expect(two.ran()).toEqual(['fetch compact', 'fetch base', 'fetch packages', ...EVERYTHING.filter((stage) => stage !== 'packages')]);
  });

  test('everything, when the place cannot be reached', async () => {
    const two = machine('two', memoryLayers().unreachable);
    await two.bake();
    expect(two.notes()).toEqual([
      'The layer cache s3://bucket/layers cannot be used, and the bake goes on without it: s3://bucket/layers cannot be reached, or fails',
    ]);
    expect(two.ran()).toEqual(EVERYTHING);
  });
});

test('an interruption ends it', async () => {
  const two = machine('two');
  const desk = { ...two.desk, host: { ...two.host, interrupted: AbortSignal.abort() } };
  const request = { plan: samplePlan(), spec: sampleSpec(), cache: two.cache, fresh: false, shared: memoryLayers().unreachable };
  await expect(fetchLayers(desk, request)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
});

describe('before a bake', () => {
  const actionsOf = async (two: ReturnType<typeof machine>, spec = sampleSpec()): Promise<readonly string[]> =>
    (await two.preview(spec)).map(({ name, action }) => `${name} ${action}`);

  test('all that would come is named, and nothing comes', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', place.open(false));
    place.asked.length = 0;
    expect(await actionsOf(two)).toEqual(['base fetched', 'packages fetched', 'app fetched', 'configure fetched', 'sealed fetched']);
    expect(place.asked.filter((asked) => !asked.startsWith('find'))).toEqual([]);
    expect(await two.host.files.exists(join(two.host.dir, 'build'))).toBe(false);
  });

  test('what would be baked keeps its reason', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', place.open(false));
    expect(await actionsOf(two, OTHER_APP)).toEqual(['base fetched', 'packages fetched', 'app baked', 'configure baked', 'sealed baked']);
    const layers = await two.preview(OTHER_APP);
    expect([layers[0]?.why, layers[2]?.why]).toEqual([[], ['nothing like it is in the cache yet']]);
  });

  test('what is here stays what it is', async () => {
    const { place } = await sharedByOne();
    const two = machine('two', place.open(false));
    await two.bake();
    expect((await two.preview()).every(({ action }) => action === 'cached')).toBe(true);
  });
});
