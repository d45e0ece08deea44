import { describe, expect, test } from 'vitest';
import type { DeclaredRow } from '../../scripts/checks/declared-rows.ts';
import { evaluate } from '../../scripts/checks/evaluate.ts';
import { verdictOf, type Evidence } from '../../scripts/checks/verdict.ts';
import type { BudgetLine } from '../../scripts/model/budget.ts';
import type { CheckRow, Outcome } from '../../scripts/model/check.ts';
import { sampleCheck } from '../support/sample-check.ts';

const probe = { run: 'true', expect: { exit: 0 } };
const declared: readonly DeclaredRow[] = (['sealed', 'outside'] as const).map((phase) => ({
  phase,
  declaration: sampleCheck('web.x', { sealed: probe, outside: probe }),
}));
const rows: readonly CheckRow[] = declared.map((row) => evaluate(row, { exitCode: 0, stdout: '', stderr: '', seconds: 0, timedOut: false }));
const evidence = (changes: Partial<Evidence> = {}): Evidence => ({ declared, rows, digestBefore: 'a', digestAfter: 'a', ...changes });
const withOutcome = (outcome: Outcome): readonly CheckRow[] => rows.map((row, index) => (index === 0 ? { ...row, outcome } : row));

const LINE: BudgetLine = { measure: 'packages', title: 'Packages', unit: '', measured: 4, limit: 5, outcome: 'pass', detail: '' };

describe('verdictOf', () => {
  test('what stays within its budget passes', () => {
    expect(verdictOf(evidence({ budgets: [LINE] })).verdict).toBe('pass');
  });

  test('passes when every declared row is there and passed, over the same bytes', () => {
    expect(verdictOf(evidence())).toEqual({ verdict: 'pass', missing: [], counts: { checks: 1, declaredRows: 2, pass: 2, fail: 0, skip: 0, unknown: 0 } });
  });

  test.each<[string, Partial<Evidence>]>([
    ['a row failed', { rows: withOutcome('fail') }],
    ['a row was skipped', { rows: withOutcome('skip') }],
    ['a row is unknown', { rows: withOutcome('unknown') }],
    ['a row is missing', { rows: rows.slice(1) }],
    ['a row came twice in place of another', { rows: rows.slice(0, 1).concat(rows.slice(0, 1)) }],
    ['the disk changed', { digestAfter: 'b' }],
    ['the guest was lost', { problem: 'The guest panicked' }],
    ['it costs more than its budget', { budgets: [{ ...LINE, outcome: 'fail' }] }],
    ['a limited cost could not be measured', { budgets: [{ ...LINE, measured: null, outcome: 'unknown' }] }],
    ['nothing was declared', { declared: [], rows: [] }],
  ])('fails when %s', (_why, changes) => {
    expect(verdictOf(evidence(changes)).verdict).toBe('fail');
  });

  test('a row that is muted does not stand in the way, but does not count as passed', () => {
    const muted = { check: 'web.x', reason: 'r', see: 's', until: '2026-12-31' };
    const some = withOutcome('skip').map((row) => (row.outcome === 'skip' ? { ...row, muted } : row));
    expect(verdictOf(evidence({ rows: some }))).toMatchObject({ verdict: 'pass', counts: { declaredRows: 2, pass: 1, skip: 1 } });
    const all = rows.map((row) => ({ ...row, outcome: 'skip' as const, muted }));
    expect(verdictOf(evidence({ rows: all })).verdict).toBe('fail');
    expect(verdictOf(evidence({ rows: withOutcome('fail').map((row) => ({ ...row, muted })) })).verdict).toBe('fail');
  });

  test('names the rows that did not come', () => {
    expect(verdictOf(evidence({ rows: rows.slice(1) })).missing).toEqual(['web.x sealed']);
  });
});
