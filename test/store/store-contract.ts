import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Selector } from '../../scripts/model/release-name.ts';
import { publish } from '../../scripts/pipelines/publish.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Store } from '../../scripts/store/store.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID, releaseOf, reportOf, specOf } from './fixtures.ts';

const [V1, V2, V3] = ['2026.11.22-1', '2026.11.22-2', '2026.11.22-3'] as const;

/** One kind of store, as a test needs it: how to name a new, empty one, and how to reach it. */
export interface KindOfStore {
  readonly newLocation: (dir: string) => Promise<string> | string;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  /** Puts a text where the index is; absent where a store keeps none. */
  readonly damageIndex?: (location: string, change: (text: string) => string) => Promise<void>;
}

interface Bench {
  readonly host: Host;
  readonly dir: string;
  readonly location: string;
  readonly store: Store;
}

const at = (selector: Selector): { readonly imageId: string; readonly selector: Selector } => ({ imageId: IMAGE_ID, selector });
const latest = at({ kind: 'channel', channel: 'latest' });
const exactly = (version: string): ReturnType<typeof at> => at({ kind: 'version', version });

/** What every kind of store promises; the same tests for all of them. */
export function storeContract(name: string, kind: KindOfStore): void {
  const setUp = async (): Promise<Bench> => {
    const { dir } = fakeHost();
    const host = localHost({
      interrupted: new AbortController().signal,
      projectDir: dir,
      env: { INGOT_CONFIG_DIR: join(dir, 'config'), ...kind.env(), INGOT_BUILD_DIR: join(dir, 'build') },
    });
    const location = await kind.newLocation(dir);
    return { host, dir, location, store: openStore(host, location) };
  };
  describe(`${name}: releases`, () => {
    releases(setUp);
  });
  describe(`${name}: changes`, () => {
    changes(setUp);
  });
  describe(`${name}: interruptions`, () => {
    interruptions(setUp);
  });
  describe(`${name}: many at once`, () => {
    manyAtOnce(setUp);
  });
  if (kind.damageIndex !== undefined) damagedIndex(name, setUp, kind.damageIndex);
}

type SetUp = () => Promise<Bench>;

function releases(setUp: SetUp): void {
  test('one that is empty says so', async () => {
    const { store } = await setUp();
    expect((await store.readIndex()).releases).toEqual([]);
    await expect(store.find(latest)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });

  test('a release is there whole, and its disk comes byte for byte', async () => {
    const { dir, store } = await setUp();
    const content = 'disk one, '.repeat(200_000);
    const release = await addRelease(store, artifactOf(dir, content), V1);
    const found = await store.find(latest);
    expect(found.release).toEqual(release);
    expect((await found.fileNames()).toSorted()).toEqual(['SHA256SUMS', 'SHA256SUMS.sig', 'disk.qcow2', 'manifest.json']);
    expect(await found.diskSizeBytes()).toBe(content.length);
    expect(readFileSync(await found.bringDisk(), 'utf8')).toBe(content);
    const sums = ((await found.readText('SHA256SUMS')) ?? '').trimEnd().split('\n');
    expect(sums[0]).toBe(`${digestText(content)}  disk.qcow2`);
    expect(sums[1]).toBe(`${digestText((await found.readText('manifest.json')) ?? '')}  manifest.json`);
    expect(await found.readText('nothing.txt')).toBeUndefined();
  });

  test('is found by channel, version and digest, and what is not there is said', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    expect((await store.find(latest)).release.version).toBe(V2);
    expect((await store.find(exactly(V1))).release.version).toBe(V1);
    expect((await store.find(at({ kind: 'digest', sha256: digestText('one') }))).release.version).toBe(V1);
    await expect(store.find(exactly(V3))).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND', details: [`channels: latest (${V2})`, `versions: ${V1}, ${V2}`] });
  });

  test('a disk whose bytes are not those that were tested is refused, and not listed', async () => {
    const { dir, store } = await setUp();
    const artifact = artifactOf(dir, 'one');
    writeFileSync(artifact.diskPath, 'eno');
    await expect(addRelease(store, artifact, V1)).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    await store.prepare();
    expect((await store.readIndex()).releases).toEqual([]);
  });

  test('a number is given once', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await store.exclusively('test', async (writer) => {
      expect(await writer.claim(releaseOf(artifactOf(dir, 'two'), V1))).toBe(false);
      expect(await writer.versions(IMAGE_ID)).toContain(V1);
    });
    expect((await store.find(exactly(V1))).release.disk.sha256).toBe(digestText('one'));
  });

  test.each(['../evil', 'a/../../evil', '', '-rf', 'a\0b'])('the image id %j is refused', async (imageId) => {
    const { dir, store } = await setUp();
    const artifact = { ...artifactOf(dir, 'one'), imageId };
    await expect(addRelease(store, artifact, V1)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(store.find({ imageId, selector: latest.selector })).rejects.toMatchObject({ code: 'USAGE' });
  });
}

function changes(setUp: SetUp): void {
  test('every change has a higher generation and a line in the history', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const before = (await store.readIndex()).generation;
    await store.exclusively('test', (writer) => writer.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: V1, why: 'promote' }));
    await addRelease(store, artifactOf(dir, 'two'), V2);
    const { generation, channels } = await store.readIndex();
    expect(generation).toBeGreaterThan(before);
    expect(channels).toEqual({ [IMAGE_ID]: { latest: V2, stable: V1 } });
    expect((await store.history()).map(({ channel, from, to, why }) => [channel, from, to, why])).toEqual([
      ['latest', null, V1, 'publish'],
      ['stable', null, V1, 'promote'],
      ['latest', V1, V2, 'publish'],
    ]);
  });

  test('what a channel points at stays; what is removed is gone, and its number is not given again', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    await store.exclusively('prune', async (writer) => {
      await expect(writer.remove({ imageId: IMAGE_ID, version: V2 })).rejects.toMatchObject({ code: 'BUSY', what: expect.stringContaining('latest') });
      await writer.remove({ imageId: IMAGE_ID, version: V1 });
    });
    expect((await store.readIndex()).releases.map(({ version }) => version)).toEqual([V2]);
    await expect(store.find(exactly(V1))).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect(await store.prepare()).toEqual([]);
    expect(await store.exclusively('look', (writer) => writer.versions(IMAGE_ID))).toEqual(expect.arrayContaining([V1, V2]));
    expect((await store.find(latest)).release.version).toBe(V2);
  });

  test('a channel is not pointed at a release that a pruner has taken meanwhile', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    await store.exclusively('prune', (writer) => writer.remove({ imageId: IMAGE_ID, version: V1 }));
    const promoted = store.exclusively('promote', (writer) => writer.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: V1, why: 'promote' }));
    await expect(promoted).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect((await store.readIndex()).channels[IMAGE_ID]).not.toHaveProperty('stable');
  });

  test('what is said of a release is seen by its readers, outlives a repair, and is taken back', async () => {
    const { dir, store } = await setUp();
    const name = { imageId: IMAGE_ID, version: V1 };
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const yanked = { at: '2026-11-22T00:00:00.000Z', reason: 'a hole' };
    await store.exclusively('mark', (writer) => writer.mark(name, { yanked, deprecatedAfter: '2027-01-31' }));
    expect((await store.find(latest)).entry).toMatchObject({ yanked, deprecatedAfter: '2027-01-31' });
    await store.repair();
    expect((await store.find(latest)).entry).toMatchObject({ yanked, deprecatedAfter: '2027-01-31' });
    await store.exclusively('mark', (writer) => writer.mark(name, { yanked: null }));
    const { entry } = await store.find(latest);
    expect([entry.yanked, entry.deprecatedAfter]).toEqual([undefined, '2027-01-31']);
    expect((await store.markHistory()).map(({ marks }) => marks)).toEqual([{ yanked, deprecatedAfter: '2027-01-31' }, { yanked: null }]);
  });

  test('repair of a store that is sound changes nothing that readers see', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await store.exclusively('test', (writer) => writer.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: V1, why: 'promote' }));
    const { releases: listed, channels } = await store.readIndex();
    expect((await store.repair()).notes).toEqual([]);
    expect(await store.readIndex()).toMatchObject({ releases: listed, channels });
  });
}

function interruptions(setUp: SetUp): void {
  test('a publisher that died before it listed its release: the next one lists it', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const artifact = artifactOf(dir, 'two');
    const died = store.exclusively('test', async (writer) => {
      const release = releaseOf(artifact, V2);
      await writer.claim(release);
      await writer.writeRelease({ release, diskPath: artifact.diskPath, files: [] });
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect((await store.find(latest)).release.version).toBe(V1);
    expect(await store.prepare()).toEqual([expect.stringContaining(`Listed ${IMAGE_ID}@${V2}`)]);
    expect((await store.find(latest)).release.version).toBe(V2);
    expect(await store.prepare()).toEqual([]);
    expect((await store.history()).at(-1)).toMatchObject({ channel: 'latest', from: V1, to: V2, why: 'repair' });
    await store.repair();
    expect((await store.find(latest)).release.version).toBe(V2);
  });

  test('a candidate whose publisher died before it was listed: the next one lists it as a candidate, and latest stays', async () => {
    const { dir, store } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const artifact = artifactOf(dir, 'two');
    await store.exclusively('test', async (writer) => {
      const release = { ...releaseOf(artifact, V2), candidate: true } as const;
      await writer.claim(release);
      await writer.writeRelease({ release, diskPath: artifact.diskPath, files: [] });
    });
    await store.prepare();
    expect((await store.readIndex()).channels[IMAGE_ID]).toEqual({ latest: V1, candidate: V2 });
    await store.repair();
    expect((await store.readIndex()).channels[IMAGE_ID]).toEqual({ latest: V1, candidate: V2 });
  });

  test('a publisher that died over its claim: nothing is listed, and the same artifact is published all the same', async () => {
    const { host, dir, store, location } = await setUp();
    const artifact = artifactOf(dir, 'one');
    await store.prepare();
    await store.exclusively('test', async (writer) => void (await writer.claim(releaseOf(artifact, V1))));
    await store.prepare();
    expect((await store.readIndex()).releases).toEqual([]);
    const release = await publish(
      { host, say: () => undefined },
      { storeLocation: location, artifact, report: reportOf(artifact), spec: specOf(), reports: [] },
    );
    expect((await store.find(latest)).release).toEqual(release);
  });
}

function manyAtOnce(setUp: SetUp): void {
  test('eight publishers are all listed, each under its own number with the right digest', async () => {
    const { host, dir, store, location } = await setUp();
    const contents = Array.from({ length: 8 }, (_, n) => `disk ${n}`);
    const published = await Promise.all(
      contents.map((content) => {
        const artifact = artifactOf(dir, content);
        return publish({ host, say: () => undefined }, { storeLocation: location, artifact, report: reportOf(artifact), spec: specOf(), reports: [] });
      }),
    );
    expect(new Set(published.map(({ version }) => version)).size).toBe(8);
    const { releases: listed } = await store.readIndex();
    expect(new Map(listed.map(({ version, sha256 }) => [version, sha256]))).toEqual(new Map(published.map(({ version, disk }) => [version, disk.sha256])));
    for (const [n, { version }] of published.entries()) expect(readFileSync(await (await store.find(exactly(version))).bringDisk(), 'utf8')).toBe(`disk ${n}`);
  });
}

function damagedIndex(name: string, setUp: SetUp, damage: NonNullable<KindOfStore['damageIndex']>): void {
  test.each<readonly [string, (text: string) => string]>([
    ['empty', () => ''],
    ['cut short', (text) => text.slice(0, text.length / 2)],
    ['pointed elsewhere', (text) => text.replace(`"latest": "${V1}"`, `"latest": "${V3}"`)],
    ['of the future', (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 9')],
    ['something else', () => '<html>not found</html>\n'],
    ['with a path for an image', (text) => text.replaceAll(IMAGE_ID, '../../etc')],
    ['with a huge number', (text) => text.replace(/"sizeBytes": \d+/, '"sizeBytes": 1e400')],
  ])(`${name}: an index that is %s is refused by name, and repair brings it back`, async (_, change) => {
    const { dir, store, location } = await setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const { releases: listed, channels } = await store.readIndex();
    await damage(location, change);
    for (const use of [() => store.readIndex(), () => store.find(latest), () => store.prepare()])
      await expect(use()).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:NOT_TRUSTED|STORE_CORRUPT)$/),
        fix: expect.stringContaining('npm run repair'),
      });
    await store.repair();
    expect(await store.readIndex()).toMatchObject({ releases: listed, channels });
  });
}
