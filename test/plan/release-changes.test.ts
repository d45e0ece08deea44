import { expect, test } from 'vitest';
import { releaseChanges, type Comparable } from '../../scripts/plan/release-changes.ts';
import type { BudgetLine } from '../../scripts/model/budget.ts';
import { row } from '../reports/sample-report.ts';

const packagesLine = (measured: number): BudgetLine => ({ measure: 'diskMiB', title: 'Disk', unit: 'MiB', measured, limit: 900, outcome: 'pass', detail: '' });
const release = (packages: readonly string[], checks: readonly string[], disk: number): Comparable => ({
  packages,
  report: { rows: checks.map((check) => row({ check })), budgets: [packagesLine(disk)] },
});

test('what came, what went and what is of another version', () => {
  const before = release(['bash 5.1 amd64', 'old 1 all', 'same 2 all'], ['a.x', 'b.x'], 500);
  const now = release(['bash 5.2 amd64', 'new 3 all', 'same 2 all'], ['b.x', 'c.x'], 510);
  expect(releaseChanges('2026.11.22-1', before, now)).toEqual({
    since: '2026.11.22-1',
    packages: { added: ['new 3'], removed: ['old 1'], changed: [{ name: 'bash', before: '5.1', now: '5.2' }] },
    checks: { added: ['c.x'], removed: ['a.x'] },
    measures: [{ name: 'Disk', before: '500 MiB', now: '510 MiB' }],
  });
});

test('two releases alike differ in nothing', () => {
  const same = release(['bash 5.1 amd64'], ['a.x'], 1);
  expect(releaseChanges('2026.11.22-1', same, same)).toMatchObject({ packages: { added: [], removed: [], changed: [] }, measures: [] });
});
