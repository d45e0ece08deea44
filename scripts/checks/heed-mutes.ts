import type { CheckRow } from '../model/check.ts';
import type { Mute } from '../model/mute.ts';

/** Takes the sting out of rows that are muted on the day of their verification, and says so in them; a mute that has ended is only told of. What passes needs none. */
export function heedMutes(rows: readonly CheckRow[], mutes: readonly Mute[], verifiedAt: string): readonly CheckRow[] {
  const today = verifiedAt.slice(0, 10);
  return rows.map((row) => {
    const mute = mutes.find(({ check }) => check === row.check);
    if (mute === undefined || row.outcome === 'pass') return row;
    if (today > mute.until) return { ...row, hint: `its mute ended on ${mute.until} (${mute.reason}); ${row.hint}` };
    return { ...row, outcome: 'skip', muted: mute, hint: `muted until ${mute.until}: ${mute.reason} (${mute.see}); ${row.hint}` };
  });
}
