import { join } from 'node:path';
import type { Host } from '../../../host/host.ts';
import { runCli } from '../cli-process.ts';
import { lapsText, medianLap, type Lap, type Measured } from '../line.ts';
import { timed } from '../stopwatch.ts';

const AT_LEAST_RUNS = 3;

/** The whole process of `generate`: the shortest way from an idea in YAML to files that can be read. */
export async function measureGenerate(
  host: Host,
  { distro, runs, dir }: { readonly distro: string; readonly runs: number; readonly dir: string },
): Promise<Measured> {
  const laps: Lap[] = [];
  for (let run = 0; run < Math.max(runs, AT_LEAST_RUNS); run += 1) {
    laps.push(await timed(host, () => runCli(host, ['generate', '--distro', distro, '--out', join(dir, `generated-${run}`)])));
  }
  return { ours: medianLap(laps), peer: null, notes: [lapsText(laps)] };
}
