import { join } from 'node:path';
import { BakeError } from '../../../errors.ts';
import type { Host } from '../../../host/host.ts';
import type { BakeOutcome } from '../../../model/bake-outcome.ts';
import { runCli, type CliPlace } from '../cli-process.ts';
import { lapsText, medianLap, type Lap, type Measured } from '../line.ts';
import { timed } from '../stopwatch.ts';

export interface UnchangedWish {
  readonly distro: string;
  readonly runs: number;
  /** Bake a release of its own when none stands. */
  readonly boot: boolean;
  /** For that release. */
  readonly dir: string;
}

const LONGEST_MS = 60_000;
const AT_LEAST_RUNS = 3;

/** The whole process of a bake that finds nothing to do. A release must stand; one is made only when that was allowed. */
export async function measureUnchanged(host: Host, { distro, runs, boot, dir }: UnchangedWish): Promise<Measured> {
  const place = await placeOfRelease(host, { distro, boot, dir });
  const laps: Lap[] = [];
  for (let run = 0; run < Math.max(runs, AT_LEAST_RUNS); run += 1) {
    const { value, ...lap } = await timed(host, () => outcomeOf(host, place, ['--distro', distro], LONGEST_MS));
    if (value.status !== 'nothing-to-do') throw notStanding(`the bake ended with ${value.status}`);
    laps.push(lap);
  }
  return { ours: medianLap(laps), peer: null, notes: [lapsText(laps)] };
}

/** The user's own release when it stands, else one in the laboratory. */
async function placeOfRelease(host: Host, { distro, boot, dir }: Pick<UnchangedWish, 'distro' | 'boot' | 'dir'>): Promise<CliPlace> {
  const explained = await outcomeOf(host, {}, ['--distro', distro, '--explain']);
  if (explained.report !== null && explained.release !== null) return {};
  if (!boot) throw notStanding('none is published for today’s files and package indexes; --boot makes one');
  const place = { buildDir: join(dir, 'release'), storeLocation: join(dir, 'release/published') };
  await outcomeOf(host, place, ['--distro', distro, '--yes']);
  return place;
}

async function outcomeOf(host: Host, place: CliPlace, words: readonly string[], timeoutMs?: number): Promise<BakeOutcome> {
  const store = place.storeLocation === undefined ? [] : ['--store', place.storeLocation];
  return JSON.parse(await runCli(host, ['bake', ...words, ...store, '--json'], { ...place, timeoutMs })) as BakeOutcome;
}

function notStanding(why: string): BakeError {
  return new BakeError('RELEASE_NOT_FOUND', { what: `No release stands to be found unchanged: ${why}`, fix: 'Bake and publish first, or give --boot' });
}
