import type { RehearsalReport, RehearsalResult, RehearsalRow } from '../model/rehearsal.ts';
import { table } from './table.ts';

/** What stood in, in every rehearsal: said once, so that nobody takes a rehearsal for a bake. */
const STOOD_IN =
  'Real: shell, apt or dnf and rpm with their signatures, pins and module streams, every script of every layer, and the programs that read what was written (of Debian 12). ' +
  'Stand-ins: the payload of packages, the kernel and its services (nothing is booted), a vendor’s registration, the interpreter for which wheels are taken; on the el family authselect, grubby, semanage, setsebool, setfiles and restorecon.';

/** A line an image, and below it what failed. */
export function rehearsalTable({ results }: RehearsalReport): string {
  const rows = results.map(({ imageId, outcome, rows: found, seconds }) => [
    imageId,
    outcome === 'pass' ? 'ok' : 'FAILED',
    counted(found),
    `${seconds.toFixed(0)} s`,
  ]);
  const failed = results.flatMap((result) => failures(result));
  return [...table([['image', '', 'passed', 'time'], ...rows]), '', ...failed, STOOD_IN, ''].join('\n');
}

function counted(rows: readonly RehearsalRow[]): string {
  return `${rows.filter(({ outcome }) => outcome === 'pass').length} of ${rows.length}`;
}

function failures({ imageId, rows }: RehearsalResult): readonly string[] {
  const failed = rows.filter(({ outcome }) => outcome === 'fail');
  return failed.length === 0 ? [] : [`${imageId}:`, ...failed.map(({ what, detail }) => `  not true: ${what}${detail === '' ? '' : `: ${detail}`}`), ''];
}
