import { expect, test } from 'vitest';
import type { ReleaseDiff } from '../../scripts/model/release-diff.ts';
import { changes, firstChanges } from '../../scripts/reports/changes.ts';

const DIFF: ReleaseDiff = {
  kind: 'ReleaseDiff',
  schemaVersion: 1,
  from: 'house@2026.11.21-1',
  to: 'house@2026.11.22-1',
  since: 'house@2026.11.21-1',
  packages: { added: ['zsh 5'], removed: [], changed: [{ name: 'bash', before: '5.2', now: '5.3' }] },
  checks: { added: ['ssh.new'], removed: [] },
  measures: [{ name: 'Memory at rest', before: '90 MiB', now: '80 MiB' }],
  languagePackages: null,
  ports: { added: [8080], removed: [] },
  privileged: { added: [], removed: [], changed: ['usr/bin/su'] },
  units: { added: [], removed: [] },
  files: { added: Array.from({ length: 300 }, (_, at) => `etc/${at}`), removed: [], changed: [] },
  sizeBytes: { from: 2 ** 29, to: 2 ** 28 },
  firstBootSeconds: { from: 90.1, to: 80 },
  rebootSeconds: { from: 60, to: 50 },
  passed: { from: 300, to: 313 },
};

test('says what changed, and only that', () => {
  const text = changes(DIFF);
  expect(text).toMatch(/^# Changes from house@2026\.11\.21-1 to house@2026\.11\.22-1\n/);
  for (const line of [
    '| Size | 512 MiB | 256 MiB |',
    '| Memory at rest | 90 MiB | 80 MiB |',
    '- bash 5.2 → 5.3',
    '- zsh 5',
    '- added 8080',
    '- changed usr/bin/su',
    '- added ssh.new',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).not.toContain('## Enabled units');
  expect(text).toContain('## Packages of Python and Node.js\n\nNot compared');
});

test('thousands of files are counted', () => {
  expect(changes(DIFF)).toContain('- … and 100 more');
});

test('a name that a disk made up can not break out of its line', () => {
  const text = changes({ ...DIFF, units: { added: ['a\n# Heading\u001b[31m'], removed: [] } });
  expect(text.split('\n')).toContain('- added a # Heading');
});

test('the first release says that it is', () => {
  expect(firstChanges('house')).toBe('# house\n\nNot compared with anything: there is no release before it.\n');
  expect(firstChanges('house', '1: a|b')).toBe('# house\n\nNot compared with the release before it, which cannot be read: 1: a|b\n');
});
