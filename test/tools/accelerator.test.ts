import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { detectAccelerator } from '../../scripts/tools/accelerator.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const GUEST = 'qemu-system-x86_64';

/** A host with or without /dev/kvm. */
function hostWith({
  device,
  answers = [],
}: {
  readonly device: boolean;
  readonly answers?: readonly Answer[];
}): Host & { readonly commands: readonly string[] } {
  const host = fakeHost(answers);
  return { ...host, files: { ...host.files, exists: (path) => (path === '/dev/kvm' ? Promise.resolve(device) : host.files.exists(path)) } };
}

describe('detectAccelerator', () => {
  test('a guest that came to its end proves KVM', async () => {
    await expect(detectAccelerator(hostWith({ device: true, answers: [{ command: GUEST, exitCode: 99 }] }), 'auto')).resolves.toEqual({
      accelerator: 'kvm',
      reason: 'A guest really ran with KVM',
    });
  });

  test('no device, no KVM, and no try', async () => {
    const host = hostWith({ device: false });
    await expect(detectAccelerator(host, 'auto')).resolves.toEqual({ accelerator: 'tcg', reason: 'KVM does not work here: there is no /dev/kvm' });
    expect(host.commands).toEqual([]);
  });

  test('a device that opens and runs nothing is no KVM', async () => {
    const host = hostWith({ device: true, answers: [{ command: GUEST, exitCode: 134, stderr: 'qemu: error: failed to set MSR' }] });
    await expect(detectAccelerator(host, 'auto')).resolves.toEqual({ accelerator: 'tcg', reason: 'KVM does not work here: qemu: error: failed to set MSR' });
  });

  test('KVM that was asked for and does not work is an error that names the way out', async () => {
    await expect(detectAccelerator(hostWith({ device: false }), 'kvm')).rejects.toMatchObject({
      code: 'HOST_NOT_READY',
      fix: expect.stringContaining('--accel tcg') as string,
    });
  });

  test('emulation that was asked for needs no probe', async () => {
    const host = hostWith({ device: true });
    await expect(detectAccelerator(host, 'tcg')).resolves.toMatchObject({ accelerator: 'tcg' });
    expect(host.commands).toEqual([]);
  });
});
