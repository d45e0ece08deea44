import { BakeError } from '../../../errors.ts';
import { bakeOnce } from '../bake-once.ts';
import { stepText, type ColdRuns } from '../cold-runs.ts';
import type { Lab } from '../lab.ts';
import { medianLap, type Lap, type Measured } from '../line.ts';
import { timed } from '../stopwatch.ts';

/** Layers that one changed line may cost. */
const ALLOWED = new Set(['indexes', 'configure', 'sealed', 'finish']);

/** One line of one configuration file changes; a whole new disk with its digest comes out. Compared with our own cold bake. */
export async function measureConfig(lab: Lab, cold: ColdRuns, runs: number): Promise<Measured> {
  const { host, say } = lab.desk;
  const laps: Lap[] = [];
  let notes: readonly string[] = [];
  let { sha256 } = cold.artifact;
  for (let run = 1; run <= runs; run += 1) {
    say({ type: 'note', message: `Change of one line, run ${run} of ${runs}` });
    await lab.changeOneLine(run);
    await host.run(['sync']);
    const { value, ...lap } = await timed(host, () => bakeOnce(lab, { role: 'full', buildDir: cold.buildDir }));
    refuseOther(
      value.stages.map(({ name }) => name),
      sha256 === value.artifact.sha256,
    );
    ({ sha256 } = value.artifact);
    notes = [`ours: ${stepText(value.stages)}`];
    laps.push(lap);
  }
  return { ours: medianLap(laps), peer: cold.ours, notes };
}

/** A change that rebuilt more than it should, or nothing, is not the change that was to be measured. */
export function refuseOther(stages: readonly string[], same: boolean): void {
  const others = stages.filter((name) => !ALLOWED.has(name));
  if (others.length > 0)
    throw new BakeError('BAKE_FAILED', { what: `One changed line made more than it should: ${others.join(', ')}`, fix: 'See the keys of these layers' });
  if (same) throw new BakeError('BAKE_FAILED', { what: 'One changed line left the disk as it was', fix: 'See the key of the configure layer' });
}
