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

test('names each check and phase that does not pass once, with what was found first', () => {
  const rows = [
    row('web.up', { found: '502' }),
    row('web.up', { found: '503' }),
    row('web.up', { phase: 'after-reboot', outcome: 'unknown', found: 'no answer in 20 s' }),
  ];
  expect(failedLines({ rows, missing: [] })).toEqual(['web.up (first-boot): 502', 'web.up (after-reboot): no answer in 20 s']);
});

test('says nothing of what passed or is muted, and tells what never came', () => {
  const muted = { check: 'web.old', reason: 'ended', see: 'its notes', until: '2027-01-01' };
  const rows = [row('web.fine', { outcome: 'pass' }), row('web.old', { outcome: 'skip', muted })];
  expect(failedLines({ rows, missing: ['web.lost'] })).toEqual(['web.lost: no result came']);
});

test('shortens what is long', () => {
  const [line = ''] = failedLines({ rows: [row('web.up', { found: 'x'.repeat(5000) })], missing: [] });
  expect(line).toMatch(/^web\.up \(first-boot\): x{160}…$/);
});
