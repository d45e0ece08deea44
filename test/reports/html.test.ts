import { describe, expect, test } from 'vitest';
import { html } from '../../scripts/reports/html.ts';
import { parseMarkup, type Element } from './parse-markup.ts';
import { ARTIFACT, HOSTILE, reportOf, row } from './sample-report.ts';

const parsed = (page: string): readonly Element[] => parseMarkup(page, { html: true });

const REPORT = reportOf([row(), row({ check: 'b.broken', outcome: 'fail', phase: 'outside', found: 'nothing there' })]);

describe('one self-contained page', () => {
  const page = html(REPORT, { artifact: ARTIFACT });
  const elements = parsed(page);
  const of = (name: string): readonly Element[] => elements.filter(({ tag }) => tag === name);

  test('is whole, runs nothing and fetches nothing', () => {
    expect(['script', 'link', 'img', 'iframe'].flatMap(of)).toEqual([]);
    expect(page).not.toMatch(/https?:|url\(|@import|\son\w+=/);
    expect(page).toContain("default-src 'none'");
  });

  test('fits a phone and the dark', () => {
    expect(of('meta').map(({ attributes }) => attributes['name'])).toContain('viewport');
    expect(page).toContain('prefers-color-scheme: dark');
  });

  test('can be heard: language, one h1, headings in order, tables with captions and scopes', () => {
    expect(of('html')[0]?.attributes).toEqual({ lang: 'en' });
    expect(of('h1')).toHaveLength(1);
    expect(of('table').length).toBe(of('caption').length);
    expect(of('th').every(({ attributes: { scope } }) => scope === 'col' || scope === 'row')).toBe(true);
    const ids = elements.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(elements.flatMap(({ attributes }) => attributes['aria-labelledby'] ?? []).every((id) => ids.includes(id))).toBe(true);
  });

  test('says what went wrong before everything else', () => {
    const image = page.indexOf('id="facts"');
    expect(page.indexOf('id="troubles"')).toBeLessThan(image);
    expect(page.indexOf('nothing there')).toBeLessThan(image);
    expect(page).toContain('1 of 2 declared results of 2 checks passed, 1 failed');
    expect(html(reportOf([row()]))).not.toContain('What did not pass');
  });

  test('its navigation leads to every part, and nowhere else', () => {
    const links = of('a').map(({ attributes }) => (attributes['href'] ?? '').slice(1));
    expect(links).toEqual(of('h2').map(({ attributes }) => attributes['id']));
    expect(links).toContain('troubles');
  });

  test('shows the artifact when there is one', () => {
    expect(page).toContain('640 MiB (20.0 GiB virtual, zstd)');
    expect(page).toContain('2 packages installed');
    expect(html(REPORT)).not.toContain('packages installed');
  });
});

test('a guest’s output is text, never a tag', () => {
  const hostile = row({ outcome: 'fail', found: HOSTILE, property: '<img src=x onerror=alert(1)>', check: '"><b>' });
  const elements = parsed(html(reportOf([hostile])));
  expect(elements.filter(({ tag }) => ['script', 'img', 'b'].includes(tag))).toEqual([]);
  expect(elements.map(({ text }) => text)).toContain('"><b>');
});
