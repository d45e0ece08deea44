import { expect, test } from 'vitest';
import { compareVersions, VERSION_PATTERN } from '../../scripts/model/release-name.ts';
import { nextVersion } from '../../scripts/plan/version.ts';

const TODAY = new Date('2026-11-22T23:59:59Z');

test.each([
  [[], '2026.11.22-1'],
  [['2026.11.21-7'], '2026.11.22-1'],
  [['2026.11.22-1', '2026.11.22-2'], '2026.11.22-3'],
  [['2026.11.22-9', '2026.11.22-10', '2026.11.22-2'], '2026.11.22-11'],
  [['2026.11.22-3'], '2026.11.22-4'],
  [['2026.11.22-x', 'latest', '2026.11.22-'], '2026.11.22-1'],
])('after %j comes %s', (existing, expected) => {
  const version = nextVersion(TODAY, existing);
  expect(version).toBe(expected);
  expect(version).toMatch(VERSION_PATTERN);
});

test('versions are ordered by day, then by number', () => {
  expect(['2026.11.22-10', '2027.01.01-1', '2026.11.22-9', '2026.11.21-11'].toSorted(compareVersions)).toEqual([
    '2026.11.21-11',
    '2026.11.22-9',
    '2026.11.22-10',
    '2027.01.01-1',
  ]);
});
