import { expect, test } from 'vitest';
import { keepByDigest, readByDigest } from '../../scripts/store/kept-by-digest.ts';
import { fakeHost } from '../support/fake-host.ts';

test('the newest document of a kind is what is read of a disk; other kinds and other disks have their own', async () => {
  const host = fakeHost();
  const place = { buildDir: host.dir, folder: 'opinions', sha256: 'a'.repeat(64) };
  await keepByDigest(host, place, { said: 'first' });
  await keepByDigest(host, place, { said: 'second' });
  expect(await readByDigest(host, place)).toEqual({ said: 'second' });
  expect(await readByDigest(host, { ...place, folder: 'proofs' })).toBeUndefined();
  expect(await readByDigest(host, { ...place, sha256: 'b'.repeat(64) })).toBeUndefined();
});
