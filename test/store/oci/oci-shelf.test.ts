import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { localHost } from '../../../scripts/host/local-host.ts';
import { indexedStore } from '../../../scripts/store/indexed-store.ts';
import { ociShelf } from '../../../scripts/store/oci/oci-shelf.ts';
import { TOMBSTONE, type Shelf } from '../../../scripts/store/shelf.ts';
import type { Store } from '../../../scripts/store/store.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID } from '../fixtures.ts';
import { storeContract } from '../store-contract.ts';
import { startRegistry } from './registry-server.ts';

const server = await startRegistry();
afterAll(() => server.stop());
let repositories = 0;

function newRepository(): string {
  repositories += 1;
  return `team/images-${repositories}`;
}

storeContract('a registry', {
  newLocation: () => `oci://127.0.0.1:${server.port}/${newRepository()}`,
  env: () => ({}),
});

describe('a channel and a pruner that meet where no write depends on another', () => {
  const [V1, V2] = ['2026.11.22-1', '2026.11.23-1'];
  const old = { imageId: IMAGE_ID, version: V1 };
  const stable = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'stable' } } as const;
  const promote = (store: Store): Promise<unknown> =>
    store.exclusively('promote', (writer) => writer.setChannel({ ...old, channel: 'stable', why: 'promote' }));
  const prune = (store: Store): Promise<unknown> => store.exclusively('prune', (writer) => writer.remove(old));

  /** A repository of two releases, latest and stable at the newer one. */
  async function setUp(): Promise<{ readonly shelf: Shelf; readonly storeWith: (change?: Partial<Shelf>) => Store }> {
    const { dir } = fakeHost();
    const env = { INGOT_CONFIG_DIR: join(dir, 'config'), INGOT_BUILD_DIR: join(dir, 'build') };
    const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env });
    const shelf = ociShelf(host, { authority: `127.0.0.1:${server.port}`, repository: newRepository() });
    const storeWith = (change: Partial<Shelf> = {}): Store => indexedStore(host, { ...shelf, ...change });
    await addRelease(storeWith(), artifactOf(dir, 'one'), V1);
    await addRelease(storeWith(), artifactOf(dir, 'two'), V2);
    await storeWith().exclusively('test', (writer) => writer.setChannel({ imageId: IMAGE_ID, version: V2, channel: 'stable', why: 'promote' }));
    return { shelf, storeWith };
  }

  async function expectPromoted(store: Store): Promise<void> {
    const found = await store.find(stable);
    expect(found.release.disk.sha256).toBe(digestText('one'));
    expect(await found.diskSizeBytes()).toBe(3);
  }

  test('the channel came first: the pruner gives way', async () => {
    const { shelf, storeWith } = await setUp();
    const pruner = storeWith({
      markRemoved: async (name) => {
        await promote(storeWith());
        await shelf.markRemoved(name);
      },
    });
    await expect(prune(pruner)).rejects.toMatchObject({ code: 'BUSY', what: expect.stringContaining('stable') });
    expect(await storeWith().prepare()).toEqual([]);
    await expectPromoted(storeWith());
  });

  test.each<readonly [string, (bench: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>]>([
    ['was done', ({ storeWith }) => prune(storeWith())],
    ['had only marked it', ({ shelf }) => shelf.markRemoved(old)],
  ])('the pruner came first, and %s: the channel stays where it was, and that is said', async (_, comeFirst) => {
    const bench = await setUp();
    const promoter = bench.storeWith({
      replaceIndexText: async (text, read) => {
        // Of the promoter's changes the first alone meets the pruner.
        if ((await bench.shelf.releases()).every(({ files }) => !files.includes(TOMBSTONE))) await comeFirst(bench);
        return bench.shelf.replaceIndexText(text, read);
      },
    });
    await expect(promote(promoter)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    await bench.storeWith().prepare();
    const { channels, releases } = await bench.storeWith().readIndex();
    expect(channels[IMAGE_ID]).toEqual({ latest: V2, stable: V2 });
    expect(releases.map(({ version }) => version)).toEqual([V2]);
    expect((await bench.storeWith().find(stable)).release.version).toBe(V2);
  });

  test('whoever finishes what a pruner began looks at the channels once more', async () => {
    const { shelf, storeWith } = await setUp();
    const finisher = storeWith({
      releases: async () => {
        await promote(storeWith());
        await shelf.markRemoved(old);
        return shelf.releases();
      },
    });
    await finisher.prepare();
    await expectPromoted(storeWith());
  });
});
