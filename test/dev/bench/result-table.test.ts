import { expect, test } from 'vitest';
import { judge, notMeasured } from '../../../scripts/dev/bench/line.ts';
import { resultTable } from '../../../scripts/dev/bench/result-table.ts';

const host = { cpus: 2, memoryMiB: 8192, loadBefore: 0.5, loadAfter: 2 };

test('figures, targets, verdicts, and what lies behind them', () => {
  const lines = [
    judge('cold', { ours: { seconds: 90, cpuSeconds: 99 }, peer: { seconds: 83.25, cpuSeconds: 90 }, notes: ['ours:  packages 66.0'] }),
    judge('generate', { ours: { seconds: 1.234, cpuSeconds: 1 }, peer: null, notes: [] }),
    notMeasured('mkosi', 'there is none'),
  ];
  const text = resultTable({ kind: 'BenchResult', schemaVersion: 1, host, runs: 1, lines, measuredAt: '' });
  const [, cold, generate, mkosi] = text.split('\n');
  expect(cold).toMatch(/chroot of the same payload +90\.0 +83\.3 +1\.081 +1\.100 +≤ 1\.15 +met$/);
  expect(generate).toMatch(/whole process +1\.23 +– +– +– +< 1\.5 s +met$/);
  expect(mkosi).toMatch(/same payload +– +– +– +– +≤ 1 +not measured$/);
  expect(text).toContain('  ours:  packages 66.0\n');
  expect(text).toContain('  there is none\n');
  expect(text).toContain('load 0.5 before, 2.0 after; one run of each');
});

test('the number of runs is told', () => {
  expect(resultTable({ kind: 'BenchResult', schemaVersion: 1, host, runs: 3, lines: [], measuredAt: '' })).toContain('median of 3 runs of each');
});
