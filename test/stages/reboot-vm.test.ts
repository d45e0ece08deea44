import { beforeEach, describe, expect, test, vi } from 'vitest';
import { bootAgain, type RunningGuest } from '../../scripts/stages/boot-vm.ts';
import { rebootVm, type Rebooted } from '../../scripts/stages/reboot-vm.ts';
import { contextOf, fakeGuest, type FakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

vi.mock('../../scripts/stages/boot-vm.ts', () => ({ bootAgain: vi.fn() }));

interface Scene {
  readonly accelerator?: 'kvm' | 'tcg';
  /** What the guest calls the boot that answers afterwards. */
  readonly after?: string;
  /** What happens when the guest is told to reboot; by default it resets, and its QEMU ends. */
  readonly told?: (guest: FakeGuest, write: (text: string) => Promise<void>) => Promise<void> | void;
  readonly reason?: string;
  /** True: QEMU does not know the command. */
  readonly old?: boolean;
  readonly onStart?: (guest: RunningGuest) => void;
}

const PORT_AFTERWARDS = 40_099;
const asked: string[] = [];
beforeEach(() => {
  asked.length = 0;
  vi.mocked(bootAgain).mockClear();
});

async function reboot({
  accelerator = 'tcg',
  after = 'second',
  told = (guest) => guest.end(),
  reason = 'guest-reset',
  old = false,
  onStart,
}: Scene): Promise<Rebooted> {
  const host = fakeHost([
    {
      command: /systemctl reboot$/,
      exitCode: 255,
      stderr: 'Connection to 127.0.0.1 closed by remote host.',
      effect: () => told(guest, (text) => host.files.appendText(guest.vm.serialPath, text)),
    },
    { command: /boot_id$/, stdout: `${after}\n` },
  ]);
  const fake = fakeGuest(host);
  const { child } = fakeGuest(host);
  vi.mocked(bootAgain).mockImplementation((guest) => Promise.resolve({ ...guest, child, ssh: { ...guest.ssh, port: PORT_AFTERWARDS } }));
  const execute = (command: string, args: unknown): Promise<unknown> => {
    asked.push(`${command} ${JSON.stringify(args)}`);
    return old ? Promise.reject(new Error('CommandNotFound')) : Promise.resolve({});
  };
  const guest: FakeGuest = { ...fake, vm: { ...fake.vm, accelerator }, qmp: { ...fake.qmp, execute, shutdownReason: Promise.resolve(reason) } };
  await host.files.writeText(guest.vm.serialPath, 'Kernel panic - not syncing: of the boot before\n');
  return rebootVm.run({ guest, bootId: 'first', deadlineMs: 5000, slowness: 2, ...(onStart === undefined ? {} : { onStart }) }, contextOf(host));
}

describe('an emulated guest', () => {
  test('goes on in a new QEMU: a connection that breaks is no failure, and a new boot is the proof', async () => {
    const { bootId, guest } = await reboot({});
    expect(bootId).toBe('second');
    expect(guest.ssh.port).toBe(PORT_AFTERWARDS);
    expect(asked).toEqual(['set-action {"reboot":"shutdown"}']);
    expect(vi.mocked(bootAgain).mock.lastCall?.[1]).toBe(2);
  });

  test('is told of before it lets anybody in: one that never does has to be ended, too', async () => {
    const told: number[] = [];
    await expect(reboot({ after: 'first', onStart: ({ ssh }) => void told.push(ssh.port) })).rejects.toMatchObject({ code: 'GUEST_FAILED' });
    expect(told).toEqual([PORT_AFTERWARDS]);
  });

  test('that dies leaves the last words of its QEMU', async () => {
    const told: Scene['told'] = (guest) => guest.end({ exitCode: 1, stderr: 'qemu: disk is gone\n' });
    await expect(reboot({ told })).rejects.toMatchObject({ details: ['qemu: disk is gone'] });
  });

  test.each<[string, Scene, string]>([
    ['that powers itself off', { reason: 'guest-shutdown' }, 'The guest was to reboot, and powered itself off'],
    ['whose VM dies', { told: (guest) => guest.end({ exitCode: 1 }) }, 'The VM ended by itself with exit status 1'],
    ['that stays where it is', { told: () => undefined }, 'The guest did not go down for its reboot within 5 s'],
    ['that panics on its way down', { told: (_, write) => write('Kernel panic - not syncing: sysrq\n') }, "The guest's kernel panicked"],
    ['that names the boot before', { after: 'first' }, 'The guest wrote nothing to its serial console and answered nobody within 5 s'],
  ])('%s has not rebooted', async (_what, scene, what) => {
    await expect(reboot(scene)).rejects.toMatchObject({ code: 'GUEST_FAILED', what });
  });
});

test.each<[string, Scene]>([
  ['under KVM', { accelerator: 'kvm' }],
  ['where QEMU cannot end with a reset', { old: true }],
])('%s the machine is reset, and stays in its QEMU', async (_where, scene) => {
  const { guest, bootId } = await reboot({ ...scene, told: () => undefined });
  expect([guest.ssh.port, bootId]).toEqual([40_022, 'second']);
  expect(vi.mocked(bootAgain)).not.toHaveBeenCalled();
  await expect(reboot({ ...scene, told: () => undefined, after: 'first' })).rejects.toMatchObject({ code: 'GUEST_FAILED' });
});
