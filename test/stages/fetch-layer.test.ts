import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayerRecord } from '../../scripts/model/layer-record.ts';
import { fetchLayer, type FetchRequest } from '../../scripts/stages/fetch-layer.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openDiskCache, type DiskCache } from '../../scripts/store/disk-cache.ts';
import { digestText } from '../store/fixtures.ts';
import { unflushed } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { memoryLayers, type MemoryLayers } from '../support/memory-layers.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';

const RUN = 'bake-20261122t000000-0123abcd';
const hex = (digit: string): string => digit.repeat(64);
const BYTES = 'configure on (parent)';

interface Bench {
  readonly host: FakeHost;
  readonly desk: RecordingDesk;
  readonly cache: DiskCache;
  readonly place: MemoryLayers;
  readonly parentPath: string;
  readonly fetch: (change?: Partial<FetchRequest>) => Promise<string | undefined>;
  readonly notes: () => readonly string[];
}

async function bench(answers: readonly Answer[] = [{ command: 'qemu-img rebase' }]): Promise<Bench> {
  const fake = fakeHost(answers, { pid: process.pid });
  const host = { ...fake, files: unflushed(fake.files) };
  const cache = openDiskCache(host, join(host.dir, 'cache'), RUN);
  await host.files.makeDir(cache.dir);
  const partialPath = cache.partialPath(hex('b'));
  writeFileSync(partialPath, 'parent');
  const parentPath = await cache.keep({ key: hex('b'), name: 'compact', imageId: 'shop', keyFields: {}, partialPath, parentPath: null });
  const place = memoryLayers();
  const record: LayerRecord = {
    ...{ kind: 'LayerRecord', schemaVersion: 1, key: hex('a'), name: 'configure', imageId: 'shop' },
    ...{ parent: { key: hex('b'), sha256: digestText('parent') }, sha256: digestText(BYTES), sizeBytes: BYTES.length },
  };
  place.bytes.set(record.sha256, BYTES);
  const disk = { key: hex('a'), name: 'configure', imageId: 'shop', keyFields: { format: '1' }, parentKey: hex('b') };
  const request = { disk, record, parentPath, cache, shared: place.open(false) };
  const desk = deskOf(host);
  return {
    ...{ host, desk, cache, place, parentPath },
    fetch: (change) => runStage(desk, fetchLayer('configure'), { ...request, ...change }),
    notes: () => desk.events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}

describe('fetchLayer', () => {
  test('keeps the layer under its key, on the very parent that is here, with the digest that it came with', async () => {
    const { host, cache, fetch, parentPath } = await bench();
    const path = await fetch();
    expect(path).toBe(await cache.find(hex('a'), parentPath));
    expect(readFileSync(path ?? '', 'utf8')).toBe(BYTES);
    expect(await cache.sharedSha256(path ?? '')).toBe(digestText(BYTES));
    expect(await cache.newest('configure', 'shop')).toEqual({ format: '1' });
    expect(host.commands).toEqual([`qemu-img rebase -u -b ${basename(parentPath)} -F qcow2 ${cache.partialPath(hex('a'))}`]);
  });

  test('a whole disk is told of no parent', async () => {
    const { host, fetch } = await bench();
    expect(await fetch({ parentPath: null })).toBeDefined();
    expect(host.commands).toEqual([]);
  });

  test('says how it goes as any stage does', async () => {
    const { desk, fetch } = await bench();
    await fetch();
    expect(desk.events.map((event) => [event.type, 'stage' in event ? event.stage : ''])).toEqual([
      ['started', 'fetch configure'],
      ['finished', 'fetch configure'],
    ]);
  });

  test('what another run has fetched meanwhile is not fetched again', async () => {
    const { place, fetch } = await bench();
    const first = await fetch();
    expect(await fetch()).toBe(first);
    expect(place.asked).toEqual(['bring configure']);
  });

  test('the same key with other bytes does not stand for it', async () => {
    const { cache, place, parentPath, fetch } = await bench();
    const partialPath = cache.partialPath(hex('a'));
    writeFileSync(partialPath, 'baked here');
    await cache.keep({ key: hex('a'), name: 'configure', imageId: 'shop', keyFields: {}, partialPath, parentPath });
    await fetch();
    expect(place.asked).toEqual(['bring configure']);
  });

  test('bytes that are not those of the record leave nothing, and one note that names the layer, the place and the reason', async () => {
    const { cache, place, fetch, notes } = await bench();
    place.bytes.set(digestText(BYTES), 'something else');
    expect(await fetch()).toBeUndefined();
    expect(notes()).toEqual(['The layer configure is baked here, although s3://bucket/layers has one: its bytes are not those of its record']);
    expect(await cache.find(hex('a'))).toBeUndefined();
    expect(readdirSync(cache.dir).filter((name) => name.includes(hex('a').slice(0, 32)))).toEqual([]);
  });

  test('a file that is no disk is not kept either', async () => {
    const { cache, fetch, notes } = await bench([{ command: 'qemu-img rebase', exitCode: 1, stderr: 'not in qcow2 format' }]);
    expect(await fetch()).toBeUndefined();
    expect(notes()[0]).toContain('qemu-img exited with 1');
    expect(existsSync(cache.partialPath(hex('a')))).toBe(false);
    expect(await cache.find(hex('a'))).toBeUndefined();
  });

  test('a place that cannot be reached any more costs a note', async () => {
    const { fetch, place, notes } = await bench();
    expect(await fetch({ shared: place.unreachable })).toBeUndefined();
    expect(notes()[0]).toContain('cannot be reached, or fails');
  });

  test('an interruption ends the bake: it is not taken for a layer that cannot be had', async () => {
    const { host, fetch, cache, place, parentPath } = await bench();
    await fetch();
    const desk = deskOf({ ...host, interrupted: AbortSignal.abort() });
    const disk = { key: hex('c'), name: 'sealed', imageId: 'shop', keyFields: {}, parentKey: hex('b') };
    const record: LayerRecord = {
      kind: 'LayerRecord',
      schemaVersion: 1,
      key: hex('c'),
      name: 'sealed',
      imageId: 'shop',
      parent: null,
      sha256: hex('d'),
      sizeBytes: 1,
    };
    await expect(runStage(desk, fetchLayer('sealed'), { disk, record, parentPath, cache, shared: place.open(false) })).rejects.toThrow('its bytes');
    expect(desk.events.some(({ type }) => type === 'note')).toBe(false);
  });
});
