import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directoryShelf } from '../../scripts/store/directory-shelf.ts';
import { indexedStore } from '../../scripts/store/indexed-store.ts';
import { TOMBSTONE, type Shelf } from '../../scripts/store/shelf.ts';
import type { Store } from '../../scripts/store/store.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addRelease, artifactOf, IMAGE_ID } from './fixtures.ts';

const [V1, V2, V3] = ['2026.11.22-1', '2026.11.23-1', '2026.11.24-1'];

interface Bench {
  readonly shelf: Shelf;
  readonly folderOf: (version: string) => string;
  /** A store over the shelf, part of which the test has changed. */
  readonly storeWith: (change?: Partial<Shelf>) => Store;
}

/** A place of three releases without a lock, whose index is replaced only over the one that was read: as a bucket is. */
async function lockless(): Promise<Bench> {
  const host = fakeHost([], { pid: process.pid });
  const location = join(host.dir, 'published');
  const folder = directoryShelf(host, location);
  const readIndexText: Shelf['readIndexText'] = async () => {
    const found = await folder.readIndexText();
    return found && { text: found.text, revision: createHash('sha256').update(found.text).digest('hex') };
  };
  const shelf: Shelf = {
    ...folder,
    readIndexText,
    replaceIndexText: async (text, read) => (await readIndexText())?.revision === read?.revision && folder.replaceIndexText(text, read),
    exclusively: (_purpose, work) => work(),
  };
  const storeWith = (change: Partial<Shelf> = {}): Store => indexedStore(host, { ...shelf, ...change });
  for (const [content, version] of [
    ['one', V1],
    ['two', V2],
    ['three', V3],
  ] as const)
    await addRelease(storeWith(), artifactOf(host.dir, content), version);
  return { shelf, folderOf: (version) => join(location, IMAGE_ID, version), storeWith };
}

async function promote(store: Store, version: string): Promise<void> {
  await store.exclusively('promote', (writer) => writer.setChannel({ imageId: IMAGE_ID, channel: 'stable', version, why: 'promote' }));
}

const stable = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'stable' } } as const;

test('a pruner that gives way to a channel leaves no mark: the release is not taken away later, when the channel has moved on', async () => {
  const { shelf, folderOf, storeWith } = await lockless();
  const meets = storeWith({
    markRemoved: async (name) => {
      await shelf.markRemoved(name);
      await promote(storeWith(), V1);
    },
  });
  await expect(meets.exclusively('prune', (writer) => writer.remove({ imageId: IMAGE_ID, version: V1 }))).rejects.toMatchObject({ code: 'BUSY' });
  const store = storeWith();
  expect(await store.prepare()).toEqual([]);
  expect((await store.find(stable)).release.version).toBe(V1);
  await promote(store, V2);
  expect(await store.prepare()).toEqual([]);
  expect(existsSync(join(folderOf(V1), 'disk.qcow2'))).toBe(true);
  expect((await store.readIndex()).releases.map(({ version }) => version)).toEqual([V1, V2, V3]);
});

test('a removal is not finished when the index that says so lost to a channel that came to the release', async () => {
  const { shelf, folderOf, storeWith } = await lockless();
  writeFileSync(join(folderOf(V1), TOMBSTONE), '');
  const loses = storeWith({
    replaceIndexText: async (text, read) => {
      await promote(storeWith(), V1);
      return shelf.replaceIndexText(text, read);
    },
  });
  await loses.prepare();
  expect(existsSync(join(folderOf(V1), 'disk.qcow2'))).toBe(true);
  expect((await storeWith().find(stable)).release.version).toBe(V1);
});
