import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../scripts/reports/html.ts';
import { ARTIFACT, CHECKLIST, HOSTILE, reportOf, row } from '../reports/sample-report.ts';
import { fakeHost } from '../support/fake-host.ts';
import { axeFindings, openBrowser, openPage, SCHEMES, SCREENS } from './support/browser.ts';

const { dir } = fakeHost();
const REPORT = reportOf([row(), row({ check: 'nginx.answers', outcome: 'fail', found: HOSTILE })], { checklist: CHECKLIST });
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(SCREENS)('the report of a verification on $name', ({ width, height }) => {
  test.each(SCHEMES)('an accessibility checker finds nothing, with everything unfolded (%s)', async (scheme) => {
    const path = join(dir, 'report.html');
    writeFileSync(path, html(REPORT, { artifact: ARTIFACT }));
    const { page, asked } = await openPage(browser, { url: pathToFileURL(path).href, width, height, scheme });
    await page.$$eval('details', (all) => all.forEach((details) => details.setAttribute('open', '')));
    expect(await axeFindings(page)).toEqual([]);
    expect(asked).toEqual([pathToFileURL(path).href]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });
});
