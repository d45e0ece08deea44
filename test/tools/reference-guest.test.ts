import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bootSector, referenceArgv, runReferenceGuest } from '../../scripts/tools/reference-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

describe('bootSector', () => {
  const sector = bootSector();
  const view = new DataView(sector.buffer);

  test('is one sector that a firmware boots', () => {
    expect(sector).toHaveLength(512);
    expect([...sector.subarray(510)]).toEqual([0x55, 0xaa]);
  });

  test('jumps to where its parts are', () => {
    const far = (at: number): number => view.getUint32(at, true);
    expect(view.getUint16(0x13, true)).toBe(0x7c17);
    expect(sector[0x17]).toBe(0x66);
    expect(far(0x86)).toBe(0x7c8c);
    expect(sector[0x8c]).toBe(0xb9);
    expect(far(0xd2)).toBe(0x7cb0);
    expect([view.getInt8(0x35) + 0x36, view.getInt8(0xa6) + 0xa7]).toEqual([0x26, 0x91]);
  });

  test('is the sector that an assembler made of the listing in its source', () => {
    expect(createHash('sha256').update(sector).digest('hex')).toBe('2ac769f047f42afa6fdeae7c9f8d7a09200741dd35cb2f87c64af89143eb6bb8');
  });
});

test('the machine has nothing that could take time but a CPU', () => {
  expect(referenceArgv('kvm', '/t/a,b.img').join(' ')).toBe(
    'qemu-system-x86_64 -no-user-config -nodefaults -display none -machine pc,accel=kvm -cpu host -m 16 -device isa-debug-exit,iobase=0xf4,iosize=0x04 -drive file=/t/a,,b.img,format=raw,if=ide',
  );
});

describe('runReferenceGuest', () => {
  const run = (answer: { readonly exitCode: number; readonly stderr?: string }) => {
    const host = fakeHost([{ command: 'qemu-system-x86_64', ...answer, effect: () => host.clock.sleep(700) }]);
    return runReferenceGuest(host, { accelerator: 'tcg', dir: host.dir, timeoutMs: 5000 });
  };

  test('takes the time of a guest that came to its end', async () => {
    await expect(run({ exitCode: 99 })).resolves.toEqual({ finished: true, seconds: 0.7, reason: '' });
  });

  test.each([0, 1, 134])('a QEMU that ended with %i ran no guest', async (exitCode) => {
    await expect(run({ exitCode })).resolves.toMatchObject({ finished: false, reason: `exit status ${exitCode}` });
  });

  test('says what QEMU complained about first', async () => {
    const stderr = 'qemu: warning: no pni\nqemu: error: failed to set MSR 0x10a\nqemu: Assertion failed';
    await expect(run({ exitCode: 134, stderr })).resolves.toMatchObject({ reason: 'qemu: error: failed to set MSR 0x10a' });
  });

  test('a guest that never comes to its end is told from one that fails', async () => {
    const host = fakeHost();
    const hangs = {
      ...host,
      run: (argv: Parameters<typeof host.run>[0]) => Promise.resolve({ argv, exitCode: undefined, stdout: '', stderr: '', timedOut: true }),
    };
    await expect(runReferenceGuest(hangs, { accelerator: 'kvm', dir: host.dir, timeoutMs: 5000 })).resolves.toMatchObject({
      finished: false,
      reason: expect.stringContaining('within 5 s') as string,
    });
  });
});
