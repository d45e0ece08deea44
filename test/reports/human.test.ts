import { expect, test } from 'vitest';
import { human } from '../../scripts/reports/human.ts';
import { HOSTILE, reportOf, row } from './sample-report.ts';

test('a muted row says until when and why, and is counted by its name', () => {
  const muted = { check: 'm.slow', reason: 'slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
  const text = human(reportOf([row({ check: 'a.good' }), row({ check: 'm.slow', outcome: 'skip', muted, hint: 'muted until 2026-12-31: slow here' })]));
  expect(text).toContain('SKIP  m.slow');
  expect(text).toContain('muted until 2026-12-31: slow here');
  expect(text).toContain('1 failed and muted for now');
  expect(text).not.toContain('skipped,');
});

test('failed rows come first, with expected, found and hint; then unknown, then skipped', () => {
  const text = human(
    reportOf([
      row(),
      row({ check: 'z.skipped', outcome: 'skip' }),
      row({ check: 'y.odd', outcome: 'unknown' }),
      row({ check: 'x.broken', outcome: 'fail', expected: 'equals 1', found: 'one\ntwo', hint: 'look here' }),
    ]),
  );
  const lines = text.split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'FAIL  x.broken (first-boot): the door is locked',
    '      expected: equals 1',
    '      found:    one',
    '                two',
    '      hint:     look here',
  ]);
  expect(text.indexOf('x.broken')).toBeLessThan(text.indexOf('y.odd'));
  expect(text.indexOf('y.odd')).toBeLessThan(text.indexOf('z.skipped'));
  expect(text).not.toContain('door.locked');
  expect(lines.at(-2)).toBe('house-small-os-1: FAIL, 1 of 4 declared results of 4 checks passed, 1 failed, 1 could not be told, 1 skipped');
});

test('all pass ends with PASS', () => {
  expect(human(reportOf([row()]))).toMatch(/house-small-os-1: PASS, 1 of 1 declared result of 1 check passed\n$/);
});

test('a missing row, a changed disk and a partial run are said', () => {
  const text = human(reportOf([row()], { verdict: 'fail', missing: ['door.open outside'], digestAfter: 'b'.repeat(64), partial: true, failureKit: '/kit' }));
  expect(text).toContain('FAIL  no result came for door.open outside');
  expect(text).toContain('the disk changed while it was tested');
  expect(text).toContain('only a part of the checks');
  expect(text).toContain('Evidence: /kit');
});

test('a guest’s output cannot steer the terminal', () => {
  expect(human(reportOf([row({ outcome: 'fail', found: HOSTILE })]))).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
});
