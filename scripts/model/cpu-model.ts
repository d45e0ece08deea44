import type { Accelerator } from './build-plan.ts';

/**
 * What an emulated CPU is, besides having all that QEMU can emulate. It passes for an Atom: Linux trusts the time-stamp counters of several processors only when they are
 * Intel's (`unsynchronized_tsc` in its arch/x86/kernel/tsc.c); with any other vendor it reads the HPET, and each look at the clock is a system call and an access to an
 * emulated device. And that Atom runs nothing speculatively (`NO_SPECULATION` in cpu/common.c), so that the kernel leaves out its slow ways around flaws that an emulator does not have.
 */
const ATOM = ['vendor=GenuineIntel', 'family=6', 'model=28', 'stepping=10'];

/** What makes a real CPU faster and an emulated one slower: copies byte by byte in one instruction, and a fifth level of page tables. */
const SLOW_WHEN_EMULATED = ['erms=off', 'fsrm=off', 'la57=off'];

/** What `-cpu` is given for every guest: all that the accelerator can do, because newer distros do not start on QEMU's default CPU. */
export function cpuModel(accelerator: Accelerator): string {
  return accelerator === 'kvm' ? 'host' : ['max', ...ATOM, ...SLOW_WHEN_EMULATED].join(',');
}
