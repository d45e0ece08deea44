import { expect, test } from 'vitest';
import { failedLines } from '../../scripts/checks/failed-lines.ts';
import type { CheckRow } from '../../scripts/model/check.ts';

function row(check: string, more: Partial<CheckRow> = {}): CheckRow {
  return {
    ...{
      check,
      phase: 'first-boot',
      subject: 'vm',
      property: 'it holds',
      expected: '1',
      found: '0',
      outcome: 'fail',
      hint: 'look',
      severity: 'normal',
      seconds: 1,
    },
    ...more,
  };
}

const WHOLE = { rows: [], missing: [], digestBefore: 'a', digestAfter: 'a' };

test('names each check and phase that does not pass once, with what was found first', () => {
  const rows = [
    row('web.up', { found: '502' }),
    row('web.up', { found: '503' }),
    row('web.up', { phase: 'after-reboot', outcome: 'unknown', found: 'no answer in 20 s' }),
  ];
  expect(failedLines({ ...WHOLE, rows })).toEqual(['web.up (first-boot): 502', 'web.up (after-reboot): no answer in 20 s']);
});

test('says nothing of what passed or is muted, and tells what never came', () => {
  const muted = { check: 'web.old', reason: 'ended', see: 'its notes', until: '2027-01-01' };
  const rows = [row('web.fine', { outcome: 'pass' }), row('web.old', { outcome: 'skip', muted })];
  expect(failedLines({ ...WHOLE, rows, missing: ['web.lost'] })).toEqual(['web.lost: no result came']);
});

test('shortens what is long', () => {
  const [line = ''] = failedLines({ ...WHOLE, rows: [row('web.up', { found: 'x'.repeat(5000) })] });
  expect(line).toMatch(/^web\.up \(first-boot\): x{160}…$/);
});

test('names the budgets that are not kept, of those that are there, and what could not be measured', () => {
  const line = { measure: 'diskMiB', title: 'size of the disk', unit: 'MiB', measured: 700, limit: 650, outcome: 'fail', detail: 'as published' } as const;
  const budgets = [
    { ...line, measure: 'packages', title: 'packages', unit: '', measured: 3, limit: 4, outcome: 'pass' },
    line,
    { ...line, measure: 'bootToLogin', title: 'boot to login', measured: null, outcome: 'unknown', detail: 'it could not be measured' },
  ] as const;
  expect(failedLines({ ...WHOLE, budgets })).toEqual([
    'budget, size of the disk: 700 MiB, at most 650',
    'budget, boot to login: not measured; it could not be measured',
  ]);
});

test('begins with why the guest was lost, and ends with a disk that changed meanwhile', () => {
  expect(failedLines({ ...WHOLE, problem: 'the kernel panicked', missing: ['web.lost'], digestAfter: 'b' })).toEqual([
    'the kernel panicked',
    'web.lost: no result came',
    'the disk was changed while it was looked at: SHA-256 a before, b after',
  ]);
});
