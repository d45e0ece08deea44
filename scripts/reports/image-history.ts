import { table } from './table.ts';

export interface HistoryLine {
  readonly at: string;
  readonly reference: string;
  readonly what: string;
}

/** What was done to a store, oldest first. */
export function imageHistory(lines: readonly HistoryLine[]): string {
  if (lines.length === 0) return 'Nothing has been done here yet\n';
  const rows = lines.map(({ at, reference, what }) => [at.slice(0, 19).replace('T', ' '), reference, what]);
  return `${table([['when', 'release', 'what'], ...rows], { indent: '', widest: 120 }).join('\n')}\n`;
}
