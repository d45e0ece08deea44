import type { LockedImage } from '../model/distro.ts';
import type { LockResult, LockSummary } from '../model/image-lock.ts';
import { table } from './table.ts';

/** What changed in the locks, one distro a line, so that a person can decide whether to commit it. */
export function lockList({ results, written }: LockSummary): string {
  const rows = results.map((result) => [result.distro, result.status, ...cellsOf(result)]);
  const failures = results.flatMap((result) => (result.status === 'failed' ? [`${result.distro}: ${result.what}`, `  ${result.fix}`] : []));
  const changed = results.some(({ status }) => status === 'new' || status === 'changed');
  const closing = !changed
    ? 'Nothing changed.'
    : written
      ? 'Written to config/locks/. Look at the change, bake, then commit it.'
      : 'Nothing was written (--dry-run).';
  return `${[...table([['distro', 'lock', 'build', 'digest', 'signature'], ...rows], { indent: '', widest: 60 }), ...failures, closing].join('\n')}\n`;
}

function cellsOf(result: LockResult): readonly string[] {
  if (result.status === 'failed') return [result.before?.build ?? '-', 'as before', result.code];
  const { before, after } = result;
  const build = before === null || before.build === after.build ? after.build : `${before.build} -> ${after.build}`;
  return [build, digestText(before, after), after.signedBy === null ? 'none: https is what it stands on' : `by ${after.signedBy.slice(-16)}`];
}

/** The same build with other bytes is what somebody should stop at. */
function digestText(before: LockedImage | null, after: LockedImage): string {
  const short = `${after.digest.algorithm}:${after.digest.hex.slice(0, 12)}`;
  return before !== null && before.build === after.build && before.digest.hex !== after.digest.hex ? `${short} (other bytes under the same name!)` : short;
}
