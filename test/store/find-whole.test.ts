import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { interruptedError } from '../../scripts/errors.ts';
import { findWhole } from '../../scripts/store/find-whole.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addRelease, artifactOf, IMAGE_ID } from './fixtures.ts';

test('a release that is damaged is as good as none; what is no answer stays an error', async () => {
  const host = fakeHost();
  const store = openStore(host, join(host.dir, 'published'));
  const release = await addRelease(store, artifactOf(host.dir, 'disk'), '2026.11.22-1');
  expect((await findWhole(store, release))?.release).toEqual(release);
  expect(await findWhole(store, { ...release, version: '2026.11.22-2' })).toBeUndefined();
  rmSync(join(store.location, IMAGE_ID, release.version, 'disk.qcow2'));
  expect(await findWhole(store, release)).toBeUndefined();
  await expect(findWhole({ find: () => Promise.reject(interruptedError()) }, release)).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
