import type { Deadlines } from '../checks/slowness.ts';
import type { Budget } from '../model/budget.ts';
import type { RunningGuest } from '../stages/boot-vm.ts';
import type { Calibration } from '../stages/calibrate-host.ts';
import { runStage, type Context } from '../stages/stage.ts';
import { waitForHealth } from '../stages/wait-for-health.ts';
import { watchHost } from '../stages/watch-host.ts';

export interface BootToWatch {
  readonly guest: RunningGuest;
  /** Undefined when nothing is judged. */
  readonly budget: Budget | undefined;
  readonly deadlines: Deadlines;
  readonly calibration: Calibration;
  readonly scratchDir: string;
}

export interface BootWatch {
  /** Resolves once the health page was good, or was given up. */
  readonly end: () => Promise<{ readonly bootToHealth: number | undefined; readonly referenceSeconds: number | undefined }>;
  /** Ends it without an answer. */
  readonly stop: () => Promise<void>;
}

/** What is measured beside a guest that comes up: its first good answer, and the host under it. Only what the image's budget limits. */
export function watchBoot(context: Context, { guest, budget, deadlines, calibration, scratchDir }: BootToWatch): BootWatch {
  let over = false;
  let lastMs = Infinity;
  const isOver = (): boolean => over || context.host.clock.monotonicMs() > lastMs;
  const nothing = Promise.resolve(undefined);
  const deadlineMs = deadlines.loginMs + deadlines.settleMs;
  // What is only measured fails nothing by itself: a limit without a measure fails, and says so.
  const asked = budget?.bootToHealth === undefined ? nothing : runStage(context, waitForHealth, { guest, deadlineMs, isOver }).catch(() => undefined);
  // A good answer ends the boot: what the guest is asked from then on is not to slow the reference, nor the reference the guest.
  const health = asked.then((seconds) => {
    over ||= seconds !== undefined;
    return seconds;
  });
  const times = budget?.bootToLogin ?? budget?.bootToHealth;
  const host = times === undefined ? nothing : runStage(context, watchHost, { calibration, scratchDir, isOver }).catch(() => undefined);
  const end = async (): ReturnType<BootWatch['end']> => {
    // A page that is not there when the guest has booted and answered everything else will hardly come: it gets as long as any other question.
    lastMs = context.host.clock.monotonicMs() + deadlines.probeMs;
    const bootToHealth = await health;
    over = true;
    return { bootToHealth, referenceSeconds: await host };
  };
  const stop = async (): Promise<void> => {
    over = true;
    await Promise.all([health, host]);
  };
  return { end, stop };
}
