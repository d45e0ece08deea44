import { expect, test } from 'vitest';
import { rehearsalTable } from '../../scripts/reports/rehearsal-table.ts';

test('a line an image, what failed below, and what stood in', () => {
  const row = (what: string, outcome: 'pass' | 'fail', detail = '') => ({ what, by: 'real', outcome, detail }) as const;
  const text = rehearsalTable({
    kind: 'RehearsalReport',
    schemaVersion: 1,
    results: [
      { imageId: 'a', outcome: 'pass', rows: [row('x', 'pass')], seconds: 12 },
      { imageId: 'b', outcome: 'fail', rows: [row('x', 'pass'), row('sshd reads', 'fail', 'line 7')], seconds: 3 },
    ],
  });
  expect(text).toContain('1 of 1');
  expect(text).toContain('b:\n  not true: sshd reads: line 7\n');
  expect(text).toContain('Stand-ins: the payload of packages');
});
