import { table } from '../../reports/table.ts';
import type { Lap, Line } from './line.ts';

/** The whole result of one run of the benchmark. */
export interface BenchResult {
  readonly kind: 'BenchResult';
  readonly schemaVersion: 1;
  readonly host: { readonly cpus: number; readonly memoryMiB: number; readonly loadBefore: number; readonly loadAfter: number };
  readonly runs: number;
  readonly lines: readonly Line[];
  readonly measuredAt: string;
}

/** The result for people: one table, then what lies behind each line. */
export function resultTable({ host, runs, lines }: BenchResult): string {
  const rows = lines.map(({ what, ours, peer, ratio, cpuRatio, target, verdict }) => [
    what,
    seconds(ours),
    seconds(peer),
    number(ratio),
    number(cpuRatio),
    target,
    verdict,
  ]);
  const notes = lines.flatMap(({ what, notes: said }) => (said.length === 0 ? [] : ['', what, ...said.map((note) => `  ${note}`)]));
  const load = `load ${host.loadBefore.toFixed(1)} before, ${host.loadAfter.toFixed(1)} after`;
  return [
    ...table([['', 'ours s', 'peer s', 'ratio', 'of CPU', 'target', ''], ...rows], { indent: '', widest: 90 }),
    ...notes,
    '',
    `${host.cpus} CPUs, ${host.memoryMiB} MiB; ${load}; ${runs === 1 ? 'one run' : `median of ${runs} runs`} of each. Seconds are of this host and this hour: compare ratios.`,
    '',
  ].join('\n');
}

function seconds(lap: Lap | null): string {
  return lap === null ? '–' : lap.seconds.toFixed(lap.seconds < 10 ? 2 : 1);
}

function number(value: number | null): string {
  return value === null ? '–' : value.toFixed(value < 10 ? 3 : 1);
}
