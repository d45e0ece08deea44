import { describe, expect, test } from 'vitest';
import { checklistLines, checklistSentence } from '../../scripts/reports/checklist.ts';
import { bakeSummary } from '../../scripts/reports/bake-summary.ts';
import { html } from '../../scripts/reports/html.ts';
import { human } from '../../scripts/reports/human.ts';
import { junit } from '../../scripts/reports/junit.ts';
import { parseMarkup } from './parse-markup.ts';
import { CHECKLIST, HOSTILE, reportOf, row } from './sample-report.ts';

const REPORT = reportOf([row()], { checklist: CHECKLIST, totalSeconds: 250.5 });

describe('the sentence', () => {
  test('counts the lines that apply, and says what is left', () => {
    expect(checklistSentence(CHECKLIST)).toBe('2 of 3, 1 failed, 1 yours to finish, 1 not part of this role');
  });

  test('is short when there is nothing to say', () => {
    expect(checklistSentence({ ...CHECKLIST, lines: CHECKLIST.lines.slice(0, 1) })).toBe('1 of 1');
  });
});

test('at a terminal: each line with its evidence below it', () => {
  expect(checklistLines(CHECKLIST)).toEqual([
    'Before you leave: 2 of 3, 1 failed, 1 yours to finish, 1 not part of this role',
    '  done    Door locked',
    '            1 of 1 check: door.locked',
    '  FAILED  Roof tight',
    '            0 of 1 check; not proven: roof.tight',
    '  yours   Key copied',
    '            take it to a locksmith; 1 of 1 check: door.locked',
    '  n/a     Cellar dry',
    '            not part of this role',
  ]);
});

test('the human report ends with it and the verdict', () => {
  const lines = human(REPORT).split('\n');
  expect(lines.slice(-13)).toEqual(['', ...checklistLines(CHECKLIST), '', expect.stringMatching(/^house-small-os-1: PASS, /), '']);
});

test('a bake says how many of its lines hold', () => {
  const outcome = {
    ...{ kind: 'BakeOutcome' as const, imageId: 'house', reference: null, status: 'baked' as const, layers: [], artifact: null, release: null, stageTimes: [] },
  };
  expect(bakeSummary({ ...outcome, report: REPORT })).toMatch(/^ {2}checklist {2}2 of 3, 1 failed, 1 yours to finish, 1 not part of this role$/m);
});

test('the page has a section of it, with every check of a line', () => {
  const page = html(REPORT);
  const elements = parseMarkup(page, { html: true });
  expect(elements.find(({ attributes }) => attributes['id'] === 'checklist')?.text).toBe('Before you leave');
  expect(page).toContain('take it to a locksmith');
  expect(page).toMatch(/<details><summary>all 1 check<\/summary><code>door\.locked<\/code>/);
});

test('JUnit has it as properties, which count for nothing', () => {
  const elements = parseMarkup(junit(REPORT), { html: false });
  expect(elements.filter(({ tag }) => tag === 'property').map(({ attributes }) => attributes)).toContainEqual({
    ...{ name: 'Roof tight', value: 'failed: 0 of 1 check; not proven: roof.tight' },
  });
  expect(elements.find(({ tag }) => tag === 'testsuites')?.attributes).toMatchObject({ tests: '1', failures: '0', time: '250.500' });
});

test('a report of earlier days, without one, is read as before', () => {
  const old = reportOf([row()]);
  for (const text of [human(old), html(old), junit(old)]) expect(text).not.toMatch(/checklist/i);
});

test('a guest’s words in the evidence stay words', () => {
  const checklist = { ...CHECKLIST, lines: CHECKLIST.lines.map((line) => ({ ...line, evidence: HOSTILE })) };
  const report = reportOf([row()], { checklist });
  expect(human(report)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  expect(html(report)).not.toContain('<script');
  expect(() => parseMarkup(junit(report), { html: false })).not.toThrow();
});
