import type { BudgetLine } from '../model/budget.ts';
import { PHASES, type CheckRow, type Outcome, type Phase } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { count } from './quantities.ts';

const WORST_FIRST: readonly Outcome[] = ['fail', 'unknown', 'skip', 'pass'];

/** Rows that do not pass, worst first, each group in the order of the phases: what a reader came for. */
export function troubles({ rows }: VerificationReport): readonly CheckRow[] {
  const rank = (row: CheckRow): number => WORST_FIRST.indexOf(row.outcome) * PHASES.length + PHASES.indexOf(row.phase);
  return rows.filter(({ outcome }) => outcome !== 'pass').toSorted((a, b) => rank(a) - rank(b) || compare(a.check, b.check));
}

/** The rows of one phase, worst first, then by check. */
export function rowsOf({ rows }: VerificationReport, phase: Phase): readonly CheckRow[] {
  return rows
    .filter((row) => row.phase === phase)
    .toSorted((a, b) => WORST_FIRST.indexOf(a.outcome) - WORST_FIRST.indexOf(b.outcome) || compare(a.check, b.check));
}

/** The whole report in one sentence, the same in every format. */
export function verdictSentence(report: VerificationReport): string {
  const { counts, missing, partial, budgets = [] } = report;
  const over = budgets.filter(({ outcome }) => outcome !== 'pass').length;
  const muted = report.rows.filter((row) => row.muted !== undefined).length;
  const parts = [
    `${counts.pass} of ${count(counts.declaredRows, 'declared result')} of ${count(counts.checks, 'check')} passed`,
    ...(counts.fail > 0 ? [`${counts.fail} failed`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} could not be told`] : []),
    ...(counts.skip > muted ? [`${counts.skip - muted} skipped`] : []),
    ...(muted > 0 ? [`${muted} failed and muted for now`] : []),
    ...(over > 0 ? [`${count(over, 'budget')} not kept`] : []),
    ...(missing.length > 0 ? [`${missing.length} never came`] : []),
  ];
  return `${parts.join(', ')}${partial ? '; only a part of the checks was asked for, so this never publishes' : ''}`;
}

/** What is wrong with the report as a whole, beyond its rows. */
export function generalTroubles(report: VerificationReport): readonly string[] {
  return [
    ...(report.problem === undefined ? [] : [`the verification was cut short: ${report.problem}`]),
    ...(report.digestBefore === report.digestAfter
      ? []
      : [`the disk changed while it was tested: sha256 ${report.digestBefore} before, ${report.digestAfter} after`]),
    ...(report.budgets ?? []).flatMap(overBudget),
    ...report.missing.map((name) => `no result came for ${name}`),
  ];
}

function overBudget({ title, measured, limit, unit, outcome }: BudgetLine): readonly string[] {
  if (outcome === 'pass') return [];
  if (measured === null) return [`“${title}” has a limit and could not be measured`];
  return [`over budget: “${title}” is ${`${measured} ${unit}`.trim()}, and may be ${limit ?? 0} at most`];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
