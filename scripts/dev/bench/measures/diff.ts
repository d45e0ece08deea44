import { join } from 'node:path';
import type { Host } from '../../../host/host.ts';
import { publishArtifact } from '../../../pipelines/publish-artifact.ts';
import { runCli } from '../cli-process.ts';
import { lapsText, medianLap, type Lap, type Measured } from '../line.ts';
import { sampleRelease } from '../sample-releases.ts';
import { timed } from '../stopwatch.ts';
import { UNSIGNED, unsigned, type StoreLab } from './publish.ts';

const AT_LEAST_RUNS = 3;

/** The whole process of `diff` between two releases that are as long as real ones. */
export async function measureDiff(host: Host, { distro, runs, dir, say }: StoreLab): Promise<Measured> {
  const storeLocation = join(dir, 'published-diff');
  const names: string[] = [];
  for (const number of [1, 2]) {
    const sample = await sampleRelease(host, { distro, dir, number, sizeMiB: 1 });
    const { imageId, version } = await publishArtifact({ host: unsigned(host), say }, { ...sample, storeLocation, buildDir: dir });
    names.push(`${imageId}@${version}`);
  }
  const laps: Lap[] = [];
  for (let run = 0; run < Math.max(runs, AT_LEAST_RUNS); run += 1)
    laps.push(await timed(host, () => runCli(host, ['diff', ...names, '--store', storeLocation], { env: UNSIGNED })));
  return { ours: medianLap(laps), peer: null, notes: [lapsText(laps)] };
}
