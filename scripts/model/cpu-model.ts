import type { Accelerator } from './build-plan.ts';

/**
 * What `-cpu` is given for every guest: all that the accelerator can do, because newer distros do not start on QEMU's default CPU.
 *
 * An emulated CPU passes for an Atom. Linux trusts the time-stamp counters of several processors only when they are Intel's (`unsynchronized_tsc` in its
 * arch/x86/kernel/tsc.c); with any other vendor it reads the HPET, and each look at the clock is a system call and an access to an emulated device. And that Atom runs
 * nothing speculatively (`NO_SPECULATION` in cpu/common.c), so that the kernel leaves out its slow ways around flaws that an emulator does not have.
 */
export function cpuModel(accelerator: Accelerator): string {
  return accelerator === 'kvm' ? 'host' : 'max,vendor=GenuineIntel,family=6,model=28,stepping=10';
}
