import { expect, test } from 'vitest';
import { phasesSection, troubleSection } from '../../scripts/reports/html-phases.ts';
import { parseMarkup } from './parse-markup.ts';
import { reportOf, row } from './sample-report.ts';

test('what did not pass comes with everything that helps: expected, found, hint', () => {
  const { html } = troubleSection(reportOf([row(), row({ outcome: 'fail', expected: 'shut', found: 'open' }), row({ check: 'z.odd', outcome: 'unknown' })]));
  const texts = parseMarkup(html, { html: true }).map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['fail', 'shut', 'open', 'look at the lock', 'unknown']));
  expect(html.match(/<article>/g)).toHaveLength(2);
});

test('a limit that was exceeded is a trouble too', () => {
  const line = { measure: 'packages', title: 'Packages', unit: '', measured: 9, limit: 8, outcome: 'fail', detail: '' } as const;
  expect(troubleSection(reportOf([row()], { verdict: 'fail', budgets: [line] })).html).toContain('over budget: “Packages” is 9, and may be 8 at most');
});

test('every row of every phase can be unfolded', () => {
  const { html } = phasesSection(reportOf([row(), row({ check: 'roof.tight', phase: 'outside', outcome: 'fail' })]));
  expect(html.match(/<details>/g)).toHaveLength(2);
  expect(html).toContain('roof.tight');
  expect(phasesSection(reportOf([])).html).toBe('');
});
