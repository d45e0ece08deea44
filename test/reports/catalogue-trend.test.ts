import { expect, test } from 'vitest';
import { trend } from '../../scripts/reports/catalogue-trend.ts';

const of = (values: readonly number[]): string =>
  trend({ title: 'Size', points: values.map((value, at) => ({ version: `v${at}`, value })), text: (value) => `${value} B` }).html;

test('says in words what the line shows', () => {
  const html = of([10, 30, 20]);
  expect(html).toContain('<strong>20 B</strong>');
  expect(html).toContain('aria-label="Size: 10 B in v0, 20 B in v2, 10 B to 30 B in 3 releases"');
  expect(html).toMatch(/polyline points="0\.0,27\.0 50\.0,3\.0 100\.0,15\.0"/);
});

test('a small change does not look like a large one', () => {
  const [, first = '', last = ''] = /polyline points="0\.0,([\d.]+) 100\.0,([\d.]+)"/.exec(of([1000, 1001])) ?? [];
  expect(Math.abs(Number(first) - Number(last))).toBeLessThan(1);
});

test('one value is no line, equal ones are a level line, none are nothing', () => {
  expect(of([5])).not.toContain('<svg');
  expect(of([5, 5])).toContain('the same in 2 releases');
  expect(of([0, 0])).toContain('0.0,15.0 100.0,15.0');
  expect(of([])).toBe('');
});
