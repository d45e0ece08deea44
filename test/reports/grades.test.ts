import { describe, expect, test } from 'vitest';
import type { Grade } from '../../scripts/model/grade-report.ts';
import { gradesSentence, gradeTable, gradeValue, trendText } from '../../scripts/reports/grades.ts';
import { gradesSection } from '../../scripts/reports/html-grades.ts';
import { GRADE, GRADES, SSH } from './sample-grades.ts';
import { parseMarkup } from './parse-markup.ts';

describe('a grade in words', () => {
  test.each<[Partial<Grade>, string]>([
    [{}, '+1.4, better'],
    [{ score: 93 }, '−1, worse'],
    [{ score: 94 }, 'as before'],
    [{ previous: null }, '–'],
    [{ better: 'lower' }, '+1.4, worse'],
  ])('%j is %s', (change, words) => {
    expect(trendText({ ...GRADE, ...change })).toBe(words);
  });

  test('percentages have one digit behind the point, counts none, and nothing is a dash', () => {
    expect([gradeValue(GRADE, 95.42), gradeValue(SSH, 3), gradeValue(SSH, null)]).toEqual(['95.4 %', '3', '–']);
  });

  test('all of them in one clause', () => {
    expect(gradesSentence(GRADES)).toBe('0 of 2 goals met, 1 worse than in the release before');
  });
});

test('at a terminal: the table, then the rules that nobody has given a reason for', () => {
  const text = gradeTable(GRADES);
  expect(text).toMatch(/CIS level 1 +95\.4 % +>= 96 +missed +\+1\.4, better +66\.5 %/);
  expect(text).toMatch(/ssh-audit +1 +<= 0 .* FELL/);
  expect(text).toContain('  banner  Set a banner');
  expect(text).not.toContain('nginx_removed');
  expect(text).toMatch(/house-small-os-1: FAIL, .*\n$/);
});

test('a release before that cannot be read is told in every form', () => {
  const report = { ...GRADES, since: null, falls: [], notCompared: '2026.11.22-1: it has no report.json' };
  expect(gradeTable(report)).toContain('Not compared with the release before, which cannot be read: 2026.11.22-1: it has no report.json\n');
  expect(gradesSentence(report)).toBe('0 of 2 goals met, not compared with the release before');
  expect(gradesSection(report).html).toContain('<p>Not compared with the release before, which cannot be read: 2026.11.22-1: it has no report.json</p>');
});

test('on the page: a table that can be heard, and every rule with its reason', () => {
  const { html } = gradesSection(GRADES);
  const texts = parseMarkup(html, { html: true }).map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['95.4 %', '≥ 96', '66.5 %', 'no', 'it serves pages', 'none written']));
  expect(gradesSection(undefined).html).toBe('');
});
