import { probeOf, rowKey, type DeclaredRow } from '../checks/declared-rows.ts';
import { evaluate, unknownRow } from '../checks/evaluate.ts';
import { lastWords, notLookedInto } from '../checks/last-words.ts';
import { parseProbeResults, type ProbeResult } from '../checks/probe-results.ts';
import { sealedCollector } from '../checks/sealed-collector.ts';
import type { NamedProbe } from '../checks/probe-script.ts';
import type { CheckRow } from '../model/check.ts';
import { sealedPlace, type InspectedDisk } from './inspect-disk.ts';
import type { Context, Stage } from './stage.ts';

export interface SealedInput {
  readonly disk: InspectedDisk;
  readonly declared: readonly DeclaredRow[];
  /** Run beside the checks, and handed back as they came. */
  readonly facts: readonly NamedProbe[];
  readonly env: Readonly<Record<string, string>>;
  readonly scratchDir: string;
  readonly probeMs: number;
  readonly nonce: string;
}

export interface Sealed {
  readonly rows: readonly CheckRow[];
  readonly facts: ReadonlyMap<string, ProbeResult>;
  /** What was said last where something that was asked has no answer. */
  readonly problem?: readonly string[];
}

/** A list of all that is on a disk is long; what a check prints is judged as a whole. */
const MOST_FACT_BYTES = 64 * 2 ** 20;

/** Looks into the disk as it will ship, before anything has booted it. What cannot be looked at is unknown, never skipped. */
export const readSealedDisk: Stage<SealedInput, Sealed> = {
  name: 'sealed',
  title: 'Look into the sealed disk',
  run: (input, { host }) => {
    const { declared, disk } = input;
    if (declared.length === 0 && input.facts.length === 0) return Promise.resolve({ rows: [], facts: new Map() });
    if (!host.facts.isRoot) return Promise.resolve(unknown(declared, 'looking into a disk needs root: run this again as root (sudo)'));
    if (disk.root === undefined) return Promise.resolve(unknown(declared, 'no partition of the disk is a Linux file system; LVM is not looked into'));
    return collect(input, { host }, disk.root);
  },
};

async function collect(input: SealedInput, { host }: Pick<Context, 'host'>, root: NonNullable<InspectedDisk['root']>): Promise<Sealed> {
  const { declared, facts, disk, env, scratchDir, probeMs, nonce } = input;
  const timeoutSeconds = Math.ceil(probeMs / 1000);
  const probes = [...declared.map((row) => ({ name: rowKey(row), run: probeOf(row)?.run ?? 'exit 127' })), ...facts];
  const script = sealedCollector({
    nonce,
    timeoutSeconds,
    env,
    probes,
    lanes: host.facts.cpus,
    mostOutputBytes: MOST_FACT_BYTES,
    ...sealedPlace(disk, root),
  });
  const timeoutMs = 60_000 + probeMs * (1 + probes.length);
  const ended = await host.run(['bash', '-s'], { input: script, contain: true, reject: false, timeoutMs, env: { TMPDIR: scratchDir } });
  const results = parseProbeResults(ended.stdout, { nonce, timeoutSeconds });
  const problem = probes.every(({ name }) => results.has(name)) ? undefined : lastWords(ended);
  const rows = declared.map((row) => {
    const result = results.get(rowKey(row));
    return result === undefined ? unknownRow(row, notLookedInto(problem ?? [])) : evaluate(row, result);
  });
  return { rows, facts: results, ...(problem === undefined ? {} : { problem }) };
}

function unknown(declared: readonly DeclaredRow[], reason: string): Sealed {
  return { rows: declared.map((row) => unknownRow(row, reason)), facts: new Map(), problem: [reason] };
}
