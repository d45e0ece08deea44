import { expect, test } from 'vitest';
import { digestDisk } from '../../scripts/stages/digest-disk.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

test('is the SHA-256 of the bytes', async () => {
  const host = fakeHost();
  await host.files.writeText(`${host.dir}/disk`, 'abc');
  await expect(digestDisk.run({ path: `${host.dir}/disk` }, contextOf(host))).resolves.toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
