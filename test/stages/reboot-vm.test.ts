import { expect, test } from 'vitest';
import { rebootVm } from '../../scripts/stages/reboot-vm.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A guest that takes the order, and names this boot afterwards. */
function reboot(after: string) {
  const host = fakeHost([
    { command: /systemctl reboot$/, exitCode: 255, stderr: 'Connection to 127.0.0.1 closed by remote host.' },
    { command: /boot_id$/, stdout: `${after}\n` },
  ]);
  const guest = fakeGuest(host);
  const written = host.files.writeText(guest.vm.serialPath, 'Kernel panic - not syncing: of the boot before\n');
  return written.then(() => rebootVm.run({ guest, bootId: 'first', deadlineMs: 5000 }, contextOf(host)));
}

test('a connection that breaks is no failure; a new boot is the proof', async () => {
  await expect(reboot('second')).resolves.toEqual({ bootId: 'second' });
});

test('a guest that did not reboot is lost', async () => {
  await expect(reboot('first')).rejects.toMatchObject({ code: 'GUEST_FAILED' });
});
