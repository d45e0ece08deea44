import type { CheckRow } from '../model/check.ts';
import type { Mute } from '../model/mute.ts';

/** Rows that hold an image back on a day: they did not pass, and the configuration itself does not mute them then; what a report alone says of mutes opens nothing. */
export function countingRows(rows: readonly CheckRow[], mutes: readonly Mute[], day: string): readonly CheckRow[] {
  return rows.filter((row) => row.outcome !== 'pass' && !isMuted(row, mutes, day));
}

function isMuted({ check, outcome, muted }: CheckRow, mutes: readonly Mute[], day: string): boolean {
  return outcome === 'skip' && muted !== undefined && mutes.some((mute) => mute.check === check && day <= mute.until);
}
