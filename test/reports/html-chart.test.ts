import { describe, expect, test } from 'vitest';
import { timeSection } from '../../scripts/reports/html-chart.ts';
import { parseMarkup } from './parse-markup.ts';
import { reportOf, row } from './sample-report.ts';

const bars = (html: string): readonly (string | undefined)[] =>
  parseMarkup(html, { html: true })
    .filter(({ attributes }) => attributes['class'] === 'bar')
    .map(({ attributes }) => attributes['style']);

const stageTimes = [
  { name: 'boot', seconds: 40, startedSeconds: 0 },
  { name: 'scan', seconds: 10, startedSeconds: 30 },
  { name: 'ask', seconds: 60, startedSeconds: 40 },
];

describe('the time line', () => {
  test('stages stand where they began, as wide as they took', () => {
    const { html } = timeSection(reportOf([row()], { stageTimes }), []);
    expect(bars(html)).toEqual(['margin-left:0.00%;width:40.00%', 'margin-left:30.00%;width:10.00%', 'margin-left:40.00%;width:60.00%']);
    expect(html).toContain('40.0 s');
  });

  test('stages of a report that did not say when they began stand one behind the other', () => {
    const { html } = timeSection(reportOf([row()], { stageTimes: stageTimes.map(({ name, seconds }) => ({ name, seconds })) }), []);
    expect(bars(html)[2]).toBe('margin-left:45.45%;width:54.55%');
  });

  test('the boot has a chart of its own, from the start of the kernel', () => {
    const boot = { userspaceSeconds: 5, finishedSeconds: 20, units: [{ name: 'web.service', startSeconds: 10, seconds: 10 }] };
    const { html } = timeSection(reportOf([row()], { stageTimes: [], bootCharts: { firstBoot: boot } }), [{ name: 'packages', seconds: 3 }]);
    expect(bars(html).slice(0, 2)).toEqual(['margin-left:0.00%;width:25.00%', 'margin-left:50.00%;width:50.00%']);
    expect(html).toContain('web.service');
    expect(html).toContain('How it was baked');
  });

  test('no times, no section', () => {
    expect(timeSection(reportOf([row()], { stageTimes: [] }), []).html).toBe('');
  });
});
