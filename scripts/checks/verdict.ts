import type { BudgetLine } from '../model/budget.ts';
import type { CheckRow, Outcome } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { rowKey, type DeclaredRow } from './declared-rows.ts';

export interface Evidence {
  readonly declared: readonly DeclaredRow[];
  readonly rows: readonly CheckRow[];
  readonly digestBefore: string;
  readonly digestAfter: string;
  /** Absent when the image has none. */
  readonly budgets?: readonly BudgetLine[] | undefined;
  /** Set when the guest was lost on the way. */
  readonly problem?: string | undefined;
}

/** Only all-pass but for what is muted, with every declared row there, within the budget, and the same bytes before and after, is a pass. Nothing declared proves nothing. */
export function verdictOf({
  declared,
  rows,
  digestBefore,
  digestAfter,
  problem,
  budgets = [],
}: Evidence): Pick<VerificationReport, 'verdict' | 'counts' | 'missing'> {
  const came = new Set(rows.map(({ check, phase }) => `${check} ${phase}`));
  const missing = declared.map(rowKey).filter((key) => !came.has(key));
  const count = (outcome: Outcome): number => rows.filter((row) => row.outcome === outcome).length;
  const affordable = budgets.every(({ outcome }) => outcome === 'pass');
  const good = rows.every(({ outcome, muted }) => outcome === 'pass' || (outcome === 'skip' && muted !== undefined));
  const passed = good && rows.length === declared.length && count('pass') > 0;
  return {
    verdict: passed && affordable && missing.length === 0 && digestBefore === digestAfter && problem === undefined ? 'pass' : 'fail',
    counts: {
      checks: new Set(declared.map(({ declaration }) => declaration.id)).size,
      declaredRows: declared.length,
      pass: count('pass'),
      fail: count('fail'),
      skip: count('skip'),
      unknown: count('unknown'),
    },
    missing,
  };
}
