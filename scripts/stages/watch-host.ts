import type { Host } from '../host/host.ts';
import { runReferenceGuest } from '../tools/reference-guest.ts';
import type { Calibration } from './calibrate-host.ts';
import type { Stage } from './stage.ts';

export interface HostWatch {
  readonly calibration: Calibration;
  readonly scratchDir: string;
  /** Asked before each sample: true once the time that is to be judged is over. */
  readonly isOver: () => boolean;
}

/** One sample takes less than a second of this: the guest hardly notices. */
const PAUSE_MS = 10_000;
const TIMEOUT_MS = 120_000;

/**
 * Runs the reference guest now and then while another guest boots, and resolves with the seconds that it took on average. A host that became
 * busy in the meantime made both slow; a measure from before the boot would blame the image.
 */
export const watchHost: Stage<HostWatch, number> = {
  name: 'watch-host',
  title: 'Measure the host while the guest boots',
  run: async ({ calibration, scratchDir, isOver }, { host }) => {
    const samples = [calibration.referenceSeconds];
    while (await stillAfter(host, isOver)) {
      const { finished, seconds } = await runReferenceGuest(host, { accelerator: calibration.accelerator, dir: scratchDir, timeoutMs: TIMEOUT_MS });
      if (finished) samples.push(seconds);
    }
    return samples.reduce((sum, seconds) => sum + seconds, 0) / samples.length;
  },
};

/** Waits in steps that nobody minds at the end of a boot. */
async function stillAfter({ clock }: Host, isOver: () => boolean): Promise<boolean> {
  const endMs = clock.monotonicMs() + PAUSE_MS;
  while (!isOver() && clock.monotonicMs() < endMs) await clock.sleep(500);
  return !isOver();
}
