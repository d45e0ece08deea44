import type { CheckRow } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';

const LONGEST_FOUND = 160;

/** What holds a disk back, a line each with what was found: whoever reads only the error of a night's log knows where to begin. What is muted holds nothing back. */
export function failedLines({ rows, missing }: Pick<VerificationReport, 'rows' | 'missing'>): readonly string[] {
  const failed = new Map<string, CheckRow>();
  for (const row of rows) {
    const name = `${row.check} (${row.phase})`;
    if (row.outcome !== 'pass' && row.muted === undefined && !failed.has(name)) failed.set(name, row);
  }
  return [...[...failed].map(([name, { found }]) => `${name}: ${shortened(found)}`), ...missing.map((name) => `${name}: no result came`)];
}

function shortened(text: string): string {
  return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}…` : text;
}
