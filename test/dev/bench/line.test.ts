import { describe, expect, test } from 'vitest';
import { judge, lapsText, medianLap, notMeasured } from '../../../scripts/dev/bench/line.ts';

const lap = (seconds: number, cpuSeconds: number | null = null) => ({ seconds, cpuSeconds });

describe('a line is judged by its target', () => {
  test.each([
    { id: 'cold', ours: 115, peer: 100, ratio: 1.15, verdict: 'met' },
    { id: 'cold', ours: 116, peer: 100, ratio: 1.16, verdict: 'not met' },
    { id: 'config', ours: 13, peer: 100, ratio: 0.13, verdict: 'not met' },
    { id: 'emulated', ours: 10, peer: 120, ratio: 12, verdict: 'met' },
    { id: 'emulated', ours: 10, peer: 119, ratio: 11.9, verdict: 'not met' },
  ] as const)('$id: $ours s against $peer s is $verdict', ({ id, ours, peer, ratio, verdict }) => {
    const line = judge(id, { ours: lap(ours), peer: lap(peer), notes: [] });
    expect(line).toMatchObject({ id, verdict });
    expect(line.ratio).toBeCloseTo(ratio);
  });

  test.each([
    { seconds: 1.49, verdict: 'met' },
    { seconds: 1.5, verdict: 'not met' },
  ])('a process of $seconds s is $verdict', ({ seconds, verdict }) => {
    expect(judge('generate', { ours: lap(seconds), peer: null, notes: [] })).toMatchObject({ verdict, ratio: null, target: '< 1.5 s' });
  });

  test('the ratio of CPU is told and not judged', () => {
    expect(judge('cold', { ours: lap(100, 300), peer: lap(100, 100), notes: [] })).toMatchObject({ ratio: 1, cpuRatio: 3, verdict: 'met' });
    expect(judge('cold', { ours: lap(100), peer: lap(100, 100), notes: [] }).cpuRatio).toBeNull();
  });

  test('what cannot be compared is not measured, never met', () => {
    expect(judge('cold', { ours: lap(1), peer: null, notes: [] }).verdict).toBe('not measured');
    expect(judge('cold', { ours: lap(1), peer: lap(0), notes: [] }).verdict).toBe('not measured');
    expect(notMeasured('mkosi', 'no mkosi')).toMatchObject({ verdict: 'not measured', ours: null, notes: ['no mkosi'] });
  });

  test('a line holds times, and not what was made in them', () => {
    const withValue = { ...lap(1, 2), value: 'a whole log' };
    expect(judge('cold', { ours: withValue, peer: withValue, notes: [] }).peer).toEqual(lap(1, 2));
  });
});

test('the median is a run that was made, the lower one of two', () => {
  expect(medianLap([lap(9), lap(1), lap(5)])).toEqual(lap(5));
  expect(medianLap([lap(9), lap(1)])).toEqual(lap(1));
});

test('runs are told with their CPU where it is known', () => {
  expect(lapsText([lap(1.234, 0.5), lap(2)])).toBe('runs: 1.23 (CPU 0.50) · 2.00');
});
