import { describe, expect, test } from 'vitest';
import { evaluateBudget, type Measured } from '../../scripts/checks/evaluate-budget.ts';
import type { Budget } from '../../scripts/model/budget.ts';

const measured = (numbers: Measured['numbers'], changes: Partial<Measured> = {}): Measured => ({
  accelerator: 'tcg',
  referenceSeconds: 0.5,
  numbers,
  ...changes,
});
const outcomes = (budget: Budget, given: Measured): readonly unknown[] =>
  evaluateBudget(budget, given).map(({ measure, measured: value, limit, outcome }) => [measure, value, limit, outcome]);

describe('evaluateBudget', () => {
  test('what an image limits is judged, what it does not is not shown', () => {
    expect(outcomes({ packages: 400, setuidFiles: 9 }, measured({ packages: 401, setuidFiles: 9, diskMiB: 1 }))).toEqual([
      ['packages', 401, 400, 'fail'],
      ['setuidFiles', 9, 9, 'pass'],
    ]);
  });

  test('times are told in runs of the reference guest: a slow host makes no slow image', () => {
    const budget = { bootToLogin: { tcg: 100 } };
    expect(outcomes(budget, measured({ bootToLogin: 45 }))).toEqual([['bootToLogin', 90, 100, 'pass']]);
    expect(outcomes(budget, measured({ bootToLogin: 90 }, { referenceSeconds: 1 }))).toEqual([['bootToLogin', 90, 100, 'pass']]);
    expect(outcomes(budget, measured({ bootToLogin: 90 }))).toEqual([['bootToLogin', 180, 100, 'fail']]);
  });

  test('an accelerator without a limit is measured and not judged', () => {
    expect(outcomes({ bootToLogin: { tcg: 100 } }, measured({ bootToLogin: 900 }, { accelerator: 'kvm' }))).toEqual([['bootToLogin', 1800, null, 'pass']]);
  });

  test('what could not be measured is unknown, never a pass', () => {
    expect(outcomes({ packages: 400 }, measured({}))).toEqual([['packages', null, 400, 'unknown']]);
  });

  test('a time says in seconds what it was', () => {
    expect(evaluateBudget({ bootToHealth: { tcg: 100 } }, measured({ bootToHealth: 45 }))[0]?.detail).toBe('45.0 s; the reference guest took 0.50 s (tcg)');
  });
});
