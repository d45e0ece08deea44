import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Artifact } from '../../scripts/model/artifact.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { TOMBSTONE } from '../../scripts/store/shelf.ts';
import type { Store } from '../../scripts/store/store.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addRelease, artifactOf, IMAGE_ID, releaseOf } from './fixtures.ts';

const [V1, V2, V3] = ['2026.11.22-1', '2026.11.23-1', '2026.11.24-1'];

interface Place {
  readonly store: Store;
  readonly location: string;
  readonly artifactNamed: (content: string) => Artifact;
}

/** A store of two releases: the newer one was taken back, and the channels point at the older one again. */
async function takenBack(): Promise<Place> {
  const host = fakeHost([], { pid: process.pid });
  const location = join(host.dir, 'published');
  const store = openStore(host, location);
  for (const [content, version] of [
    ['one', V1],
    ['two', V2],
  ] as const)
    await addRelease(store, artifactOf(host.dir, content), version);
  await store.exclusively('test', async (writer) => {
    await writer.mark({ imageId: IMAGE_ID, version: V2 }, { yanked: { at: '2026-11-23T00:00:00.000Z', reason: 'a hole' } });
    for (const channel of ['latest', 'stable'])
      await writer.setChannel({ imageId: IMAGE_ID, channel, version: V1, why: channel === 'latest' ? 'rollback' : 'promote' });
  });
  return { store, location, artifactNamed: (content) => artifactOf(host.dir, content) };
}

test('an index that is lost is made again with its channels, and with what was taken back', async () => {
  const { store, location } = await takenBack();
  const { releases, channels } = await store.readIndex();
  rmSync(join(location, 'index.json'));
  expect(await store.prepare()).toEqual([expect.stringContaining('The index was missing: made again from 2 release(s)')]);
  expect(await store.readIndex()).toMatchObject({ releases, channels });
  expect(await store.prepare()).toEqual([]);
});

test('an index that is lost while a publisher is at work is made again before the release is listed in it', async () => {
  const { store, location, artifactNamed } = await takenBack();
  const { releases, channels } = await store.readIndex();
  const artifact = artifactNamed('three');
  const release = releaseOf(artifact, V3);
  await store.prepare();
  await store.exclusively('test', async (writer) => {
    await writer.claim(release);
    await writer.writeRelease({ release, diskPath: artifact.diskPath, files: [] });
    rmSync(join(location, 'index.json'));
    await writer.listRelease(release);
  });
  expect(await store.readIndex()).toMatchObject({
    releases: [...releases, { version: V3 }],
    channels: { [IMAGE_ID]: { ...channels[IMAGE_ID], latest: V3 } },
  });
  expect((await store.history()).at(-1)).toMatchObject({ channel: 'latest', from: V1, to: V3, why: 'publish' });
});

test('a release that a pruner had marked when a channel was moved to it stays, files and all, until nothing points at it', async () => {
  const { store, location } = await takenBack();
  const dir = join(location, IMAGE_ID, V1);
  writeFileSync(join(dir, TOMBSTONE), '');
  expect(await store.prepare()).toEqual([`${IMAGE_ID}@${V1} was to be removed, and stays: latest, stable points at it`]);
  expect((await store.find({ imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'stable' } })).release.version).toBe(V1);
  expect(existsSync(join(dir, 'disk.qcow2'))).toBe(true);
  await store.exclusively('test', async (writer) => {
    for (const channel of ['latest', 'stable']) await writer.setChannel({ imageId: IMAGE_ID, channel, version: V2, why: 'promote' });
  });
  expect(await store.prepare()).toEqual([expect.stringContaining('Finished the removal')]);
  expect(existsSync(dir)).toBe(false);
  expect(readFileSync(join(location, 'index.json'), 'utf8')).not.toContain(`"version": "${V1}"`);
});

test('repair, too, leaves a release that a channel points at, and takes the others that were to be removed', async () => {
  const { store, location } = await takenBack();
  for (const version of [V1, V2]) writeFileSync(join(location, IMAGE_ID, version, TOMBSTONE), '');
  const { channels } = await store.readIndex();
  expect((await store.repair()).notes).toEqual([
    `${IMAGE_ID}@${V1} was to be removed, and stays: latest, stable points at it`,
    expect.stringContaining(`Finished the removal of ${IMAGE_ID}@${V2}`),
  ]);
  expect((await store.readIndex()).channels).toEqual(channels);
  expect(readFileSync(join(location, IMAGE_ID, V1, 'disk.qcow2'), 'utf8')).toBe('one');
  expect(existsSync(join(location, IMAGE_ID, V2))).toBe(false);
});

test('repair believes an index that holds before the history: of a move that was never made, or of one that is lost', async () => {
  const { store, location } = await takenBack();
  const { releases, channels } = await store.readIndex();
  const history = join(location, 'channels.jsonl');
  const move = { at: '2026-11-24T00:00:00.000Z', imageId: IMAGE_ID, channel: 'stable', from: V1, to: V2, why: 'promote' };
  appendFileSync(history, `${JSON.stringify(move)}\n`);
  expect((await store.repair()).notes).toEqual([]);
  expect(await store.readIndex()).toMatchObject({ releases, channels });
  rmSync(history);
  expect((await store.repair()).notes).toEqual([]);
  expect(await store.readIndex()).toMatchObject({ releases, channels });
});

test('a channel that repair has to move, because its release is not whole, is said and written down', async () => {
  const { store, location } = await takenBack();
  await store.exclusively('test', (writer) => writer.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: V2, why: 'promote' }));
  rmSync(join(location, IMAGE_ID, V2, 'disk.qcow2'));
  expect((await store.repair()).notes).toEqual([
    `${IMAGE_ID}@${V2} is not whole, or not signed, and is not listed`,
    `stable of ${IMAGE_ID} pointed at ${V2}, which is not listed any more, and points at ${V1} now`,
  ]);
  expect((await store.history()).at(-1)).toMatchObject({ channel: 'stable', from: V2, to: V1, why: 'repair' });
});
