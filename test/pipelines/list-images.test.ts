import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import { listImages, repairStore } from '../../scripts/pipelines/list-images.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

test('lists by image, newest first, with channels; repair does it without an index', async () => {
  const host = fakeHost([], { pid: process.pid });
  const storeLocation = join(host.dir, 'published');
  const store = openStore(host, storeLocation);
  for (const version of ['2026.11.22-2', '2026.11.22-10']) await addRelease(store, artifactOf(host.dir, version), version);
  await addRelease(store, artifactOf(host.dir, 'a', 'another'), '2026.11.22-1');
  const events: Event[] = [];
  const desk = { host, say: (event: Event) => void events.push(event) };
  const expected = [
    ['aikovrr-standalone-debian-12', '2026.11.22-10', ['latest']],
    ['aikovrr-standalone-debian-12', '2026.11.22-2', []],
    ['another', '2026.11.22-1', ['latest']],
  ];
  const shown = async (list: ReturnType<typeof listImages>): Promise<unknown> =>
    (await list).releases.map(({ imageId, version, channels }) => [imageId, version, channels]);
  expect(await shown(listImages(desk, { storeLocation }))).toEqual(expected);
  writeFileSync(join(storeLocation, 'index.json'), '{');
  await expect(listImages(desk, { storeLocation })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  rmSync(join(storeLocation, IMAGE_ID, '2026.11.22-2', 'SHA256SUMS'));
  expect(await shown(repairStore(desk, { storeLocation }))).toEqual([expected[0], expected[2]]);
  expect(events).toEqual([{ type: 'note', message: expect.stringContaining('2026.11.22-2 is not whole') }]);
});

test('a store that is not there has no images', async () => {
  const host = fakeHost();
  expect((await listImages({ host, say: () => undefined }, { storeLocation: join(host.dir, 'none') })).releases).toEqual([]);
});
