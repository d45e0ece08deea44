import { describe, expect, test } from 'vitest';
import { shutDownVm } from '../../scripts/stages/shut-down-vm.ts';
import { contextOf, fakeGuest, type FakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

function shutDown(order: (guest: FakeGuest) => void) {
  const host = fakeHost([{ command: /systemctl poweroff$/, exitCode: 255, effect: () => order(guest) }]);
  const guest = fakeGuest(host);
  const written = host.files.writeText(guest.vm.serialPath, 'A stop job is running for nginx\n');
  return { host, result: written.then(() => shutDownVm.run({ guest, deadlineMs: 2000 }, contextOf(host))) };
}

describe('shutDownVm', () => {
  test('is done when the VM has ended by itself, and then waits no longer', async () => {
    const { host, result } = shutDown((guest) => guest.end());
    await expect(result).resolves.toBeUndefined();
    expect(host.slept.length).toBeLessThanOrEqual(1);
  });

  test('a guest that does not power off is lost, and its console says why', async () => {
    await expect(shutDown(() => undefined).result).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: 'The guest did not power off within 2 s',
      details: ['A stop job is running for nginx'],
    });
  });

  test('a VM that ends badly is not a clean shutdown', async () => {
    await expect(shutDown((guest) => guest.end({ exitCode: 1 })).result).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: expect.stringContaining('exit status 1') as string,
    });
  });
});
