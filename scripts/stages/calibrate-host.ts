import { join } from 'node:path';
import { deadlines, slownessOf, type Deadlines } from '../checks/slowness.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { detectAccelerator } from '../tools/accelerator.ts';
import { runReferenceGuest } from '../tools/reference-guest.ts';
import type { Stage } from './stage.ts';

export interface Calibration {
  readonly accelerator: Accelerator;
  /** Why this accelerator. */
  readonly reason: string;
  /** How many times slower than the reference host; at least 1. */
  readonly slowness: number;
  /** What the reference guest took, here and now: the unit in which times of this run are told. */
  readonly referenceSeconds: number;
}

/** The slower of two runs counts: a deadline that is too long costs nothing. */
const RUNS = 2;
const TIMEOUT_MS = 120_000;

/** Measures how fast guests run here, now, so that a slow or busy host makes no false alarm. */
export const calibrateHost: Stage<{ readonly accelerator: 'auto' | Accelerator; readonly scratchDir: string }, Calibration> = {
  name: 'calibrate-host',
  title: 'Measure the host',
  run: async (input, { host, say }) => {
    const { accelerator, reason } = await detectAccelerator(host, input.accelerator);
    const slowest = await referenceSeconds(host, { accelerator, dir: input.scratchDir });
    const slowness = slownessOf(accelerator, slowest);
    say({ type: 'progress', stage: 'calibrate-host', message: `${reason}; ${slowness} times as slow as the reference host` });
    return { accelerator, reason, slowness, referenceSeconds: slowest };
  },
};

/** The slowness that counts from here on: of a host that became busy since it was calibrated, that of now; never less than what was promised. */
export async function slownessNow(host: Host, { accelerator, slowness }: Calibration, scratchDir: string): Promise<number> {
  // A folder of its own: whoever watches the boot runs the same guest meanwhile.
  const dir = join(scratchDir, 'host-now');
  await host.files.makeDir(dir);
  const { finished, seconds } = await runReferenceGuest(host, { accelerator, dir, timeoutMs: TIMEOUT_MS });
  return finished ? Math.max(slowness, slownessOf(accelerator, seconds)) : slowness;
}

/** The deadlines of a phase that begins: it takes minutes, and gets its time by the speed that the host has now. */
export async function deadlinesNow(host: Host, calibration: Calibration, scratchDir: string): Promise<Deadlines> {
  return deadlines(calibration.accelerator, await slownessNow(host, calibration, scratchDir));
}

async function referenceSeconds(host: Host, { accelerator, dir }: { readonly accelerator: Accelerator; readonly dir: string }): Promise<number> {
  let slowest = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const { finished, seconds, reason } = await runReferenceGuest(host, { accelerator, dir, timeoutMs: TIMEOUT_MS });
    if (!finished) throw noGuestRuns(reason);
    slowest = Math.max(slowest, seconds);
  }
  return slowest;
}

function noGuestRuns(why: string): BakeError {
  return new BakeError('HOST_NOT_READY', {
    what: `QEMU cannot run even the smallest guest on this host: ${why}`,
    fix: 'Run `npm run doctor`; try the command qemu-system-x86_64 by hand',
  });
}
