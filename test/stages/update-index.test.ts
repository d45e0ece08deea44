import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStage } from '../../scripts/stages/stage.ts';
import { updateIndex } from '../../scripts/stages/update-index.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID, releaseOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

test('lists one more release, moves latest, and leaves every other pointer where it is', async () => {
  const host = fakeHost([], { pid: process.pid });
  const store = openStore(host, join(host.dir, 'published'));
  await addRelease(store, artifactOf(host.dir, 'one'), '2026.11.22-1');
  await store.exclusively('test', (locked) => locked.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: '2026.11.22-1', why: 'promote' }));
  const { generation } = await store.readIndex();
  const release = releaseOf(artifactOf(host.dir, 'two'), '2026.11.22-2');
  const index = await store.exclusively('test', (locked) => runStage({ host, say: () => undefined }, updateIndex, { store: locked, release }));
  expect(index).toEqual(await store.readIndex());
  expect(index).toMatchObject({ generation: generation + 1, channels: { [IMAGE_ID]: { latest: '2026.11.22-2', stable: '2026.11.22-1' } } });
  expect((await store.history()).map(({ channel, from, to, why }) => [channel, from, to, why])).toEqual([
    ['latest', null, '2026.11.22-1', 'publish'],
    ['stable', null, '2026.11.22-1', 'promote'],
    ['latest', '2026.11.22-1', '2026.11.22-2', 'publish'],
  ]);
});
