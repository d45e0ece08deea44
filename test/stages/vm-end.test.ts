import { expect, test } from 'vitest';
import { endOfVm } from '../../scripts/stages/vm-end.ts';
import { fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

test('a VM that runs has no end', async () => {
  const host = fakeHost();
  await expect(endOfVm(host, fakeGuest(host))).resolves.toBeUndefined();
});

test.each([
  [{ exitCode: 1 }, 'The VM ended by itself with exit status 1'],
  [{ exitCode: undefined, signal: 'SIGSEGV' }, 'The VM was ended by SIGSEGV'],
])('one that ended says how: %j', async (how, sentence) => {
  const host = fakeHost();
  const guest = fakeGuest(host);
  guest.end(how);
  await expect(endOfVm(host, guest)).resolves.toBe(sentence);
});
