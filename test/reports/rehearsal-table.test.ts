import { expect, test } from 'vitest';
import { rehearsalTable } from '../../scripts/reports/rehearsal-table.ts';

const row = (what: string, outcome: 'pass' | 'fail' = 'pass', detail = '') => ({ what, by: 'real', outcome, detail }) as const;
const result = (imageId: string, distro: string, rows: readonly ReturnType<typeof row>[], standIns: readonly string[] = []) => ({
  ...{ imageId, distro, rows, standIns, seconds: 12 },
  outcome: rows.every(({ outcome }) => outcome === 'pass') ? ('pass' as const) : ('fail' as const),
});

test('a line an image, what failed below', () => {
  const text = rehearsalTable({
    kind: 'RehearsalReport',
    schemaVersion: 1,
    results: [result('a', 'tin', [row('x')]), result('b', 'tin', [row('x'), row('sshd reads', 'fail', 'line 7')])],
  });
  expect(text).toContain('1 of 1');
  expect(text).toContain('b:\n  not true: sshd reads: line 7\n');
});

test('for each distro, what was executed for real, stood in and failed in any of its roles', () => {
  const text = rehearsalTable({
    kind: 'RehearsalReport',
    schemaVersion: 1,
    results: [
      result('a', 'tin', [row('layer runs'), row('sshd reads', 'fail')], ['the kernel']),
      result('b', 'tin', [row('sshd reads')], ['python is 3.11']),
      result('c', 'zinc', [row('layer runs')], ['the kernel']),
    ],
  });
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
  for (const line of ['1 tin', '2 zinc', 'layer runs R R', 'sshd reads F', 'the kernel S S', 'python is 3.11 S']) expect(lines).toContain(line);
});
