import { diskGradeProbes } from '../checks/grade-probes.ts';
import { lastWords, notLookedInto } from '../checks/last-words.ts';
import { noAnswer, READERS, type Answer } from '../checks/grade-answers.ts';
import { parseProbeResults, type ProbeResult } from '../checks/probe-results.ts';
import { sealedCollector } from '../checks/sealed-collector.ts';
import type { WantedGrade } from '../model/grading.ts';
import { sealedPlace, type InspectedDisk } from './inspect-disk.ts';
import type { Stage } from './stage.ts';

export interface DiskToGrade {
  readonly wanted: readonly WantedGrade[];
  readonly disk: InspectedDisk;
  readonly gradersDir: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly scratchDir: string;
  readonly nonce: string;
}

/** Two tries of the slowest grader, and time to spare. */
const PROBE_SECONDS = 600;
const MOST_OUTPUT = 1 << 20;

/** Asks the graders that read a disk. It is mounted read-only: there are graders that write into what they grade, and then find less wrong. */
export const gradeDisk: Stage<DiskToGrade, ReadonlyMap<string, Answer>> = {
  name: 'grade-disk',
  title: 'Ask the graders that read the disk',
  run: async ({ wanted, disk, gradersDir, facts, scratchDir, nonce }, { host }) => {
    const probes = diskGradeProbes(wanted, { gradersDir, facts });
    if (probes.length === 0) return new Map();
    const all = (answer: Answer): ReadonlyMap<string, Answer> => new Map(probes.map(({ name }) => [name, answer]));
    if (!host.facts.isRoot) return all(noAnswer('looking into a disk needs root: run this again as root (sudo)'));
    if (disk.root === undefined) return all(noAnswer('no partition of the disk is a Linux file system'));
    const limits = { timeoutSeconds: PROBE_SECONDS, mostOutputBytes: MOST_OUTPUT, lanes: host.facts.cpus };
    const script = sealedCollector({ nonce, env: {}, probes, ...limits, ...sealedPlace(disk, disk.root) });
    const timeoutMs = PROBE_SECONDS * 1000 * (1 + probes.length);
    const ended = await host.run(['bash', '-s'], { input: script, contain: true, reject: false, timeoutMs, env: { TMPDIR: scratchDir } });
    const results = parseProbeResults(ended.stdout, { nonce, timeoutSeconds: PROBE_SECONDS });
    const lost = noAnswer(notLookedInto(lastWords(ended)));
    return new Map(wanted.filter(({ id }) => probes.some(({ name }) => name === id)).map((want) => [want.id, answerOf(want, results.get(want.id)) ?? lost]));
  },
};

/** Undefined when the graders' shell ended before this one. */
function answerOf({ grader }: WantedGrade, result: ProbeResult | undefined): Answer | undefined {
  if (result === undefined) return undefined;
  if (result.timedOut) return noAnswer('it did not come to its end in time');
  if (result.exitCode !== 0) return noAnswer(result.stderr.trim().split('\n').at(-1) || `it ended with status ${result.exitCode}`);
  return READERS[grader](result.stdout);
}
