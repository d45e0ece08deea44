import type { BudgetLine } from '../model/budget.ts';
import type { CheckRow } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';

const LONGEST_FOUND = 160;

type Failing = Pick<VerificationReport, 'rows' | 'missing' | 'digestBefore' | 'digestAfter' | 'budgets' | 'problem'>;

/** What holds a disk back, a line each with what was found: whoever reads only the error of a night's log knows where to begin. What is muted holds nothing back. */
export function failedLines({ rows, missing, digestBefore, digestAfter, budgets = [], problem }: Failing): readonly string[] {
  const failed = new Map<string, CheckRow>();
  for (const row of rows) {
    const name = `${row.check} (${row.phase})`;
    if (row.outcome !== 'pass' && row.muted === undefined && !failed.has(name)) failed.set(name, row);
  }
  return [
    ...(problem === undefined ? [] : [shortened(problem)]),
    ...[...failed].map(([name, { found }]) => `${name}: ${shortened(found)}`),
    ...missing.map((name) => `${name}: no result came`),
    ...budgets.filter(({ outcome }) => outcome !== 'pass').map(overBudget),
    ...(digestBefore === digestAfter ? [] : [`the disk was changed while it was looked at: SHA-256 ${digestBefore} before, ${digestAfter} after`]),
  ];
}

function overBudget({ title, measured, limit, unit, detail }: BudgetLine): string {
  return measured === null ? `budget, ${title}: not measured; ${shortened(detail)}` : `budget, ${title}: ${measured} ${unit}, at most ${limit}`;
}

function shortened(text: string): string {
  return text.length > LONGEST_FOUND ? `${text.slice(0, LONGEST_FOUND)}…` : text;
}
