/** What is compared, and what counts as good enough: the promises of the project about speed. */
export const TARGETS = {
  cold: { what: 'cold native bake from a cached base : hand-made chroot of the same payload', limit: 1.15, kind: 'ratio' },
  mkosi: { what: 'base and packages from an empty layer cache : mkosi, same payload', limit: 1, kind: 'ratio' },
  config: { what: 'one line of a configuration file changed : cold bake', limit: 0.12, kind: 'ratio' },
  unchanged: { what: 'bake with nothing changed, whole process', limit: 1.5, kind: 'seconds' },
  generate: { what: 'generate, whole process', limit: 1.5, kind: 'seconds' },
  emulated: { what: 'cold native bake, small payload : hand-written Packer template, emulated', limit: 12, kind: 'times faster' },
  verification: { what: 'verification beyond its boots : the boots', limit: 0.25, kind: 'ratio' },
  publish: { what: 'publish a disk to a folder : the slower of reading and hashing it', limit: 1.43, kind: 'ratio' },
  diff: { what: 'diff of two releases, whole process', limit: 2, kind: 'seconds' },
  list: { what: 'list of 1,000 releases, page below 1 MB', limit: 0.3, kind: 'seconds' },
} as const satisfies Readonly<Record<string, Target>>;

interface Target {
  readonly what: string;
  readonly limit: number;
  /** ratio: ours : peer at most; seconds: ours less than; times faster: peer : ours at least. */
  readonly kind: 'ratio' | 'seconds' | 'times faster';
}

export type LineId = keyof typeof TARGETS;

/** Wall clock, and CPU of everything that was started: on a busy host the second says more. */
export interface Lap {
  readonly seconds: number;
  readonly cpuSeconds: number | null;
}

export interface Measured {
  readonly ours: Lap;
  readonly peer: Lap | null;
  /** Where the time went, versions, and what a reader should know. */
  readonly notes: readonly string[];
}

/** One line of the result. */
export interface Line {
  readonly id: LineId;
  readonly what: string;
  readonly ours: Lap | null;
  readonly peer: Lap | null;
  readonly ratio: number | null;
  /** The same ratio of CPU seconds; told, never judged. */
  readonly cpuRatio: number | null;
  readonly target: string;
  readonly verdict: 'met' | 'not met' | 'not measured';
  readonly notes: readonly string[];
}

/** Judges one measurement by its target. */
export function judge(id: LineId, { ours, peer, notes }: Measured): Line {
  const target: Target = TARGETS[id];
  const ratio = peer === null ? null : ratioOf(target, ours.seconds, peer.seconds);
  const judged = target.kind === 'seconds' ? ours.seconds : ratio;
  if (judged === null || !Number.isFinite(judged)) return notMeasured(id, 'there is no peer to compare with');
  const met = target.kind === 'times faster' ? judged >= target.limit : target.kind === 'seconds' ? judged < target.limit : judged <= target.limit;
  const cpu = { ours: ours.cpuSeconds, peer: peer?.cpuSeconds ?? null };
  const cpuRatio = cpu.ours === null || cpu.peer === null ? null : ratioOf(target, cpu.ours, cpu.peer);
  const laps = { ours: lapOf(ours), peer: peer === null ? null : lapOf(peer) };
  return { id, what: target.what, ...laps, ratio, cpuRatio, target: targetText(target), verdict: met ? 'met' : 'not met', notes };
}

/** A line without a measurement is never a pass: it says why there is none. */
export function notMeasured(id: LineId, reason: string): Line {
  const target: Target = TARGETS[id];
  return { id, what: target.what, ours: null, peer: null, ratio: null, cpuRatio: null, target: targetText(target), verdict: 'not measured', notes: [reason] };
}

/** The middle one: a single disturbed run must not decide. */
export function medianLap(laps: readonly Lap[]): Lap {
  const middle = laps.toSorted((left, right) => left.seconds - right.seconds)[Math.floor((laps.length - 1) / 2)];
  return middle ?? { seconds: Number.NaN, cpuSeconds: null };
}

/** A measurement may carry what it made: a result holds times only. */
function lapOf({ seconds, cpuSeconds }: Lap): Lap {
  return { seconds, cpuSeconds };
}

/** Every run of a short process: wall clock, and CPU beside it for who has a busy host. */
export function lapsText(laps: readonly Lap[]): string {
  return `runs: ${laps.map(({ seconds, cpuSeconds }) => `${seconds.toFixed(2)}${cpuSeconds === null ? '' : ` (CPU ${cpuSeconds.toFixed(2)})`}`).join(' · ')}`;
}

function ratioOf({ kind }: Target, ours: number, peer: number): number {
  return kind === 'times faster' ? peer / ours : ours / peer;
}

function targetText({ kind, limit }: Target): string {
  return { ratio: `≤ ${limit}`, seconds: `< ${limit} s`, 'times faster': `≥ ${limit} ×` }[kind];
}
