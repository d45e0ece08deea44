import type { RehearsalReport, RehearsalResult } from '../model/rehearsal.ts';
import { table } from './table.ts';

/** What is the same in every rehearsal: said once, so that nobody takes a rehearsal for a bake. */
const STAGE =
  'For real: bash, apt or dnf and rpm with signatures, pins and module streams, every script of every layer, and the programs that read what was written. ' +
  'All of them are Debian 12’s, whatever the distro.';

/** A line an image, below it what failed, and for each distro what was executed for real and what stood in. */
export function rehearsalTable({ results }: RehearsalReport): string {
  const rows = results.map((result) => [result.imageId, result.outcome === 'pass' ? 'ok' : 'FAILED', counted(result), `${result.seconds.toFixed(0)} s`]);
  return [...table([['image', '', 'passed', 'time'], ...rows]), '', ...results.flatMap(failures), ...realOrStandIn(results), '', STAGE, ''].join('\n');
}

function counted({ rows }: RehearsalResult): string {
  return `${rows.filter(({ outcome }) => outcome === 'pass').length} of ${rows.length}`;
}

function failures({ imageId, rows }: RehearsalResult): readonly string[] {
  const failed = rows.filter(({ outcome }) => outcome === 'fail');
  return failed.length === 0 ? [] : [`${imageId}:`, ...failed.map(({ what, detail }) => `  not true: ${what}${detail === '' ? '' : `: ${detail}`}`), ''];
}

type Mark = 'R' | 'S' | 'F';

/** One column a distro: what any of its roles executed for real, what stood in, what failed. */
function realOrStandIn(results: readonly RehearsalResult[]): readonly string[] {
  const distros = [...new Set(results.map(({ distro }) => distro))];
  const marks = new Map<string, Map<string, Mark>>();
  const mark = (what: string, distro: string, found: Mark): void => {
    const row = marks.get(what) ?? new Map<string, Mark>();
    if (row.get(distro) !== 'F') row.set(distro, found);
    marks.set(what, row);
  };
  for (const { distro, rows } of results) for (const { what, by, outcome } of rows) mark(what, distro, outcome === 'fail' ? 'F' : by === 'real' ? 'R' : 'S');
  for (const { distro, standIns } of results) for (const what of standIns) mark(what, distro, 'S');
  const lines = [...marks].map(([what, row]) => [what, ...distros.map((distro) => row.get(distro) ?? '')]);
  return [
    'R executed for real, S stood in for, F failed; empty: not in this distro',
    ...table(distros.map((distro, at) => [String(at + 1), distro])),
    ...table([['', ...distros.map((_, at) => String(at + 1))], ...lines], { widest: 76 }),
  ];
}
