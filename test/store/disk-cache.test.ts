import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KeyFields } from '../../scripts/model/build-plan.ts';
import { openDiskCache, type CachedDisk, type DiskCache } from '../../scripts/store/disk-cache.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

const RUN = 'bake-20261122t000000-0123abcd';
const key = (digit: string): string => digit.repeat(64);

interface Shelf {
  readonly host: FakeHost;
  readonly cache: DiskCache;
  /** Makes a disk and keeps it, a minute after the one before. */
  readonly keep: (
    digit: string,
    change?: { readonly name?: string; readonly imageId?: string; readonly on?: string; readonly fields?: KeyFields },
  ) => Promise<string>;
  readonly describes: (digit: string) => CachedDisk;
}

async function shelf(runId = RUN, host = fakeHost()): Promise<Shelf> {
  const cache = openDiskCache(host, join(host.dir, 'cache'), runId);
  await host.files.makeDir(cache.dir);
  const keep: Shelf['keep'] = async (digit, { name = 'configure', imageId = 'shop', on, fields = {} } = {}) => {
    await host.clock.sleep(60_000);
    const partialPath = cache.partialPath(key(digit));
    writeFileSync(partialPath, `bytes of ${digit}`);
    return cache.keep({ key: key(digit), name, imageId, keyFields: fields, partialPath, parentPath: on ?? null });
  };
  return { host, cache, keep, describes: (digit) => JSON.parse(readFileSync(join(cache.dir, `${key(digit)}.json`), 'utf8')) as CachedDisk };
}

const disks = ({ cache }: Shelf): readonly string[] => readdirSync(cache.dir).filter((name) => name.endsWith('.qcow2'));

describe('openDiskCache', () => {
  test('writes nothing until a disk is kept', async () => {
    const host = fakeHost();
    const cache = openDiskCache(host, join(host.dir, 'cache'), RUN);
    expect(await cache.find(key('a'))).toBeUndefined();
    expect(await cache.newest('base', 'shop')).toBeUndefined();
    expect(await cache.prune(1)).toBe(0);
    expect(readdirSync(host.dir)).toEqual([]);
  });

  test('gives half-made disks a hidden name in the same folder, with run and an ending that the next run sweeps', async () => {
    const { cache } = await shelf();
    expect(cache.partialPath(key('a'))).toBe(join(cache.dir, `.${key('a')}.${RUN}.partial`));
  });

  test('keeps a disk: the file under a name of its own, its description beside it, no half-made rest', async () => {
    const { cache, keep, describes } = await shelf();
    const base = await keep('a', { name: 'base', fields: { format: '1' } });
    const path = await keep('b', { on: base, fields: { parent: key('a') } });
    expect(await cache.find(key('b'))).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('bytes of b');
    expect(describes('b')).toMatchObject({
      ...{ kind: 'CachedDisk', schemaVersion: 1, key: key('b'), name: 'configure', imageId: 'shop', keyFields: { parent: key('a') } },
      ...{ file: basename(path), parentFile: basename(base), bakedAt: '2026-11-22T00:02:00.000Z' },
    });
    expect(describes('a').parentFile).toBeNull();
    expect(readdirSync(cache.dir)).toHaveLength(4);
  });

  test('remembers the digest that a disk came with from another machine', async () => {
    const { cache, keep, describes } = await shelf();
    const [base, partialPath] = [await keep('a'), cache.partialPath(key('b'))];
    writeFileSync(partialPath, 'bytes');
    const path = await cache.keep({ key: key('b'), name: 'sealed', imageId: 'shop', keyFields: {}, partialPath, parentPath: base, sharedSha256: key('9') });
    expect([await cache.sharedSha256(base), await cache.sharedSha256(path)]).toEqual([undefined, key('9')]);
    expect([describes('a').sharedSha256, describes('b').sharedSha256]).toEqual([undefined, key('9')]);
  });

  test('syncs the bytes before the name, and writes the description last', async () => {
    const host = fakeHost();
    const done: string[] = [];
    const noting =
      <Args extends readonly unknown[]>(name: string, call: (...args: Args) => Promise<void>) =>
      async (...args: Args): Promise<void> => {
        await call(...args);
        done.push(name);
      };
    const { sync, rename, writeText } = host.files;
    const noted = { ...host, files: { ...host.files, sync: noting('sync', sync), rename: noting('rename', rename), writeText: noting('describe', writeText) } };
    await (await shelf(RUN, noted)).keep('a');
    expect(done).toEqual(['sync', 'rename', 'describe', 'sync']);
  });
});

describe('find', () => {
  test('does not have a disk whose description was not written to its end', async () => {
    const { cache, keep } = await shelf();
    await keep('a');
    const path = join(cache.dir, `${key('a')}.json`);
    const whole = readFileSync(path, 'utf8');
    for (const torn of [
      '',
      whole.slice(0, 60),
      'null',
      '[]',
      '{}',
      whole.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      '{"schemaVersion":1,"file":7}',
    ]) {
      writeFileSync(path, torn);
      expect(await cache.find(key('a'))).toBeUndefined();
    }
    writeFileSync(path, whole);
    expect(await cache.find(key('a'))).toBeDefined();
  });

  test('does not have a disk without its description, nor a description without its disk', async () => {
    const { cache, keep } = await shelf();
    const path = await keep('a');
    rmSync(path);
    expect(await cache.find(key('a'))).toBeUndefined();
    await keep('b');
    rmSync(join(cache.dir, `${key('b')}.json`));
    expect(await cache.find(key('b'))).toBeUndefined();
  });

  test('does not have a disk when anything below it has gone', async () => {
    const { cache, keep } = await shelf();
    const base = await keep('a', { name: 'base' });
    const packages = await keep('b', { on: base });
    const app = await keep('c', { on: packages });
    expect(await cache.find(key('c'))).toBe(app);
    rmSync(base);
    expect(await cache.find(key('c'))).toBeUndefined();
    expect(await cache.find(key('b'))).toBeUndefined();
  });

  test('a disk that was baked again has a new file; what stands on the older one keeps it', async () => {
    const { host, keep } = await shelf();
    const older = await keep('a', { name: 'base' });
    const overlay = await keep('b', { on: older });
    const again = await shelf('bake-20261123t000000-4567cdef', host);
    const newer = await again.keep('a', { name: 'base' });
    expect(newer).not.toBe(older);
    expect(await again.cache.find(key('a'))).toBe(newer);
    expect(readFileSync(older, 'utf8')).toBe('bytes of a');
    expect(await again.cache.find(key('b'))).toBe(overlay);
    rmSync(older);
    expect(await again.cache.find(key('b'))).toBeUndefined();
  });
});

describe('newest', () => {
  test('is of the same name and image, and the last baked', async () => {
    const { cache, keep } = await shelf();
    await keep('a', { fields: { n: '1' } });
    await keep('b', { fields: { n: '2' } });
    await keep('c', { name: 'sealed', fields: { n: '3' } });
    await keep('d', { imageId: 'other', fields: { n: '4' } });
    expect(await cache.newest('configure', 'shop')).toEqual({ n: '2' });
    expect(await cache.newest('sealed', 'shop')).toEqual({ n: '3' });
    expect(await cache.newest('app', 'shop')).toBeUndefined();
  });

  test('still explains a disk whose bytes were removed', async () => {
    const { cache, keep } = await shelf();
    await cache.removeBytes(await keep('a', { fields: { n: '1' } }));
    expect(await cache.find(key('a'))).toBeUndefined();
    expect(await cache.newest('configure', 'shop')).toEqual({ n: '1' });
  });
});

describe('prune', () => {
  test('keeps the newest of each name and image, and says how many files went', async () => {
    const all = await shelf();
    for (const digit of ['a', 'b', 'c']) await all.keep(digit);
    await all.keep('d', { imageId: 'other' });
    await all.keep('e', { name: 'sealed' });
    expect(await all.cache.prune(2)).toBe(1);
    expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (digit) => (await all.cache.find(key(digit))) !== undefined))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(disks(all)).toHaveLength(4);
    expect(await all.cache.prune(2)).toBe(0);
  });

  test('keeps the bytes that something kept stands on, although it is old itself', async () => {
    const all = await shelf();
    const base = await all.keep('a', { name: 'base' });
    await all.keep('b', { name: 'base' });
    const overlay = await all.keep('c', { on: base });
    expect(await all.cache.prune(1)).toBe(0);
    expect(readFileSync(base, 'utf8')).toBe('bytes of a');
    expect(await all.cache.find(key('c'))).toBe(overlay);
  });

  test('keeps everything below what is kept, however deep; what it cannot keep, it does not find', async () => {
    const all = await shelf();
    const oldBase = await all.keep('1', { name: 'base' });
    const oldPackages = await all.keep('2', { name: 'packages', on: oldBase });
    const newBase = await all.keep('3', { name: 'base' });
    await all.keep('4', { name: 'packages', on: newBase });
    // Back on the older packages: the newest app stands on what is otherwise old.
    const app = await all.keep('5', { name: 'app', on: oldPackages });
    await all.cache.prune(1);
    const found = await all.cache.find(key('5'));
    const wholeChain = disks(all).includes(basename(oldBase)) && disks(all).includes(basename(oldPackages));
    expect(found).toBe(wholeChain ? app : undefined);
  });

  test('removes files that no description names, such as those of a run that was killed before it described them', async () => {
    const all = await shelf();
    await all.keep('a');
    writeFileSync(join(all.cache.dir, `${'f'.repeat(32)}.${RUN}.qcow2`), 'undescribed');
    expect(await all.cache.prune(2)).toBe(1);
    expect(disks(all)).toHaveLength(1);
  });

  test('leaves half-made disks of other runs alone', async () => {
    const all = await shelf();
    const partialPath = openDiskCache(all.host, join(all.host.dir, 'cache'), 'bake-20261122t000001-89abcdef').partialPath(key('a'));
    writeFileSync(partialPath, 'at work');
    await all.cache.prune(1);
    expect(readFileSync(partialPath, 'utf8')).toBe('at work');
  });
});
