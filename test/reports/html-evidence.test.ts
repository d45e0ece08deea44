import { describe, expect, test } from 'vitest';
import { budgetSection, changesSection, checklistSection } from '../../scripts/reports/html-evidence.ts';
import type { BudgetLine } from '../../scripts/model/budget.ts';
import { parseMarkup } from './parse-markup.ts';
import { CHECKLIST, reportOf, row } from './sample-report.ts';

const LINE: BudgetLine = { measure: 'packages', title: 'Packages', unit: '', measured: 401, limit: 400, outcome: 'fail', detail: 'on the disk' };
const cells = (page: string): readonly string[] => parseMarkup(page, { html: true }).map(({ text }) => text.trim());

describe('budgets', () => {
  test('a limit that was not kept says so in words, not by its colour alone', () => {
    const { html } = budgetSection(reportOf([row()], { budgets: [LINE, { ...LINE, title: 'Setuid files', measured: 5, limit: 9, outcome: 'pass' }] }));
    expect(cells(html)).toEqual(expect.arrayContaining(['401', '400', 'NO', '5', '9', 'yes']));
    expect(html).toContain('1 of 2 kept');
  });

  test('what could not be measured has no number', () => {
    const { html } = budgetSection(reportOf([row()], { budgets: [{ ...LINE, measured: null, outcome: 'unknown' }] }));
    expect(cells(html)).toEqual(expect.arrayContaining(['–', 'not measured']));
  });

  test('an image without a budget has no such part', () => {
    expect(budgetSection(reportOf([row()])).html).toBe('');
  });
});

describe('changes', () => {
  const none = { since: '2026.11.22-1', packages: { added: [], removed: [], changed: [] }, checks: { added: [], removed: [] }, measures: [] };

  test('each kind is listed with what it was and is', () => {
    const { html } = changesSection({ ...none, packages: { added: ['new 3'], removed: [], changed: [{ name: 'bash', before: '5.1', now: '5.2' }] } });
    expect(cells(html)).toEqual(expect.arrayContaining(['Since 2026.11.22-1', 'new 3', 'bash: 5.1 → 5.2']));
    expect(html).not.toContain('that are gone');
  });

  test('a release that brings nothing new says that', () => {
    expect(changesSection(none).html).toContain('Nothing that is listed here');
    expect(changesSection(undefined).html).toBe('');
  });
});

test('each line of the checklist has its state in words', () => {
  expect(cells(checklistSection(reportOf([row()], { checklist: CHECKLIST })).html)).toEqual(expect.arrayContaining(['done', 'FAILED', 'yours', 'n/a']));
});
