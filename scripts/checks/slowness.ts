import type { Accelerator } from '../model/build-plan.ts';

/** Seconds that the reference guest takes on the host that the deadlines were chosen on, with nothing else running. */
export const REFERENCE_SECONDS: Readonly<Record<Accelerator, number>> = { tcg: 0.75, kvm: 0.5 };

/** A host that is quiet while it is measured may be busy a minute later. */
const CONTENTION_MARGIN = 2;

/** How many times slower than the reference this host is: never less than 1, so that a fast host does not get short deadlines. */
export function slownessOf(accelerator: Accelerator, seconds: number): number {
  return Math.max(1, Math.round((seconds / REFERENCE_SECONDS[accelerator]) * 100) / 100);
}

/** Deadlines of one verification, all from what a reference host needs at most. */
export interface Deadlines {
  /** From power on, or from the order to reboot, to the first login. */
  readonly loginMs: number;
  /** From the first login until the guest says that it has booted. */
  readonly settleMs: number;
  readonly probeMs: number;
  /** For a probe of the sealed disk: some read every file, while the guest boots beside them and wants the same processors. */
  readonly sealedProbeMs: number;
  readonly shutDownMs: number;
}

/** The times that a guest gets before it counts as lost, on a host that is so much slower than the reference. */
export function deadlines(accelerator: Accelerator, slowness: number): Deadlines {
  const scale = CONTENTION_MARGIN * Math.max(1, slowness);
  const boot = accelerator === 'kvm' ? 90_000 : 240_000;
  return { loginMs: boot * scale, settleMs: boot * scale, probeMs: 30_000 * scale, sealedProbeMs: 150_000 * scale, shutDownMs: 90_000 * scale };
}
