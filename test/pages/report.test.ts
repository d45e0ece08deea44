import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gradePage, html } from '../../scripts/reports/html.ts';
import { GRADES } from '../reports/sample-grades.ts';
import { ARTIFACT, CHECKLIST, HOSTILE, reportOf, row } from '../reports/sample-report.ts';
import { fakeHost } from '../support/fake-host.ts';
import { axeFindings, openBrowser, openPage, SCHEMES, SCREENS } from './support/browser.ts';

const { dir } = fakeHost();
const LONG = 'a-word-without-any-place-to-break-it'.repeat(8);
const boot = { userspaceSeconds: 5, finishedSeconds: 20, units: [{ name: `${LONG}.service`, startSeconds: 10, seconds: 10 }] };
const line = { measure: 'packages', title: 'Installed packages', unit: '', limit: 400, detail: 'on the sealed disk' } as const;
const FULL = {
  checklist: CHECKLIST,
  bootCharts: { firstBoot: boot },
  budgets: [
    { ...line, measured: 401, outcome: 'fail' },
    { ...line, measured: null, outcome: 'unknown' },
  ],
} as const;
const EXTRA = {
  artifact: ARTIFACT,
  grades: GRADES,
  changes: {
    since: '2026.11.22-1',
    packages: { added: [LONG], removed: [], changed: [{ name: 'bash', before: '5.1', now: '5.2' }] },
    checks: { added: [], removed: [] },
    measures: [],
  },
};

/** One page of each kind: all well, everything wrong at once, grades alone. */
const PAGES = {
  good: html(reportOf([row()]), { artifact: ARTIFACT }),
  bad: html(
    reportOf([row(), row({ check: 'b.broken', outcome: 'fail', found: HOSTILE + LONG, expected: LONG }), row({ check: 'c.odd', outcome: 'unknown' })], FULL),
    EXTRA,
  ),
  grades: gradePage(GRADES),
};
const urlOf = (name: string): string => pathToFileURL(join(dir, `${name}.html`)).href;
let browser: Browser;

beforeAll(async () => {
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(dir, `${name}.html`), text);
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(Object.keys(PAGES))('the page of a report: %s', (name) => {
  test.each(SCREENS.flatMap((screen) => SCHEMES.map((scheme) => ({ ...screen, scheme }))))(
    'on $name, $scheme: an accessibility checker finds nothing, and nothing is scrolled sideways, with everything unfolded',
    async ({ width, height, scheme }) => {
      const { page, asked } = await openPage(browser, { url: urlOf(name), width, height, scheme });
      await page.$$eval('details', (all) => all.forEach((details) => details.setAttribute('open', '')));
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(asked).toEqual([urlOf(name)]);
      await page.close();
    },
  );
});

test('its navigation leads where it says', async () => {
  const { page } = await openPage(browser, { url: urlOf('bad'), width: 390, height: 844, scheme: 'light' });
  const broken = await page.evaluate(
    "[...document.querySelectorAll('nav a')].filter((link) => document.querySelector(link.getAttribute('href')) === null).length",
  );
  expect(broken).toBe(0);
  await page.close();
});
