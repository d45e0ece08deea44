import type { Child, Host } from '../host/host.ts';
import type { RunningGuest } from './boot-vm.ts';

/** A connection breaks a moment before its VM is known to have ended. */
const MOMENT_MS = 300;

/** How a VM ended, as one sentence; undefined when it still runs. A guest that fell silent and a VM that died are two different faults. */
export async function endOfVm({ clock }: Host, { child }: Pick<RunningGuest, 'child'>): Promise<string | undefined> {
  await clock.sleep(MOMENT_MS);
  const end = await Promise.race([child.ended, Promise.resolve(undefined)]);
  return end === undefined ? undefined : howItEnded(end);
}

/** The sentence about a VM that ended. */
export function howItEnded({ exitCode, signal }: Awaited<Child['ended']>): string {
  return signal === undefined ? `The VM ended by itself with exit status ${exitCode ?? 'none'}` : `The VM was ended by ${signal}`;
}
