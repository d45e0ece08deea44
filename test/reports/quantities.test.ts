import { expect, test } from 'vitest';
import { count, duration, size } from '../../scripts/reports/quantities.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [640 * 2 ** 20, '640 MiB'],
  [20 * 2 ** 30, '20.0 GiB'],
  [2 ** 50, '1024 TiB'],
])('size %d', (bytes, text) => expect(size(bytes)).toBe(text));

test.each([
  [0, '0.0 s'],
  [99.94, '99.9 s'],
  [119.7, '2 min 00 s'],
  [3725, '62 min 05 s'],
])('duration %d', (seconds, text) => expect(duration(seconds)).toBe(text));

test('count', () => {
  expect([count(1, 'check'), count(0, 'check'), count(66, 'check')]).toEqual(['1 check', '0 checks', '66 checks']);
});
