import { expect, test } from 'vitest';
import { endedSupportLines } from '../../scripts/reports/ended-support.ts';

test('distros past their end, a line each, or nothing', () => {
  expect(endedSupportLines([])).toBe('');
  expect(
    endedSupportLines([
      { subject: 'Tin 1', endedOn: '2024-08-14', extendedUntil: null },
      { subject: 'Tin 2', endedOn: '2026-07-11', extendedUntil: '2028-06-30' },
    ]),
  ).toBe('Support has ended:\n  Tin 1: 2024-08-14\n  Tin 2: 2026-07-11, extended until 2028-06-30\n\n');
});
