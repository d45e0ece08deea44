import { expect, test } from 'vitest';
import type { ReleaseCheck } from '../../scripts/model/release-check.ts';
import { releaseCheck } from '../../scripts/reports/release-check.ts';

const CHECK: ReleaseCheck = {
  kind: 'ReleaseCheck',
  schemaVersion: 1,
  store: '/store',
  release: 'house@2026.11.22-1',
  verdict: 'pass',
  links: [{ link: 'index.json', outcome: 'pass', found: 'generation 3' }],
};

test('a line a link, and what it comes to', () => {
  expect(releaseCheck(CHECK)).toBe('  pass  index.json  generation 3\nhouse@2026.11.22-1: all 1 links hold\n');
});

test('what breaks is named at the end, in words that steer no terminal', () => {
  const links = [...CHECK.links, { link: 'evil\u001b[2J.txt', outcome: 'fail', found: 'added' } as const];
  expect(releaseCheck({ ...CHECK, verdict: 'fail', links })).toBe(
    '  pass  index.json  generation 3\n  fail  evil.txt    added\nhouse@2026.11.22-1: 1 of 2 links do not hold: evil.txt\n',
  );
});
