import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from '../../scripts/pipelines/publish.ts';
import { planCatalogue } from '../../scripts/plan/release-catalogue.ts';
import { catalogueHtml } from '../../scripts/reports/catalogue-html.ts';
import { artifactOf, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleCatalogue } from '../support/sample-catalogue.ts';
import { axeFindings, openBrowser, openPage, SCHEMES, SCREENS } from './support/browser.ts';

const { dir } = fakeHost();
const path = join(dir, 'index.html');
const url = pathToFileURL(path).href;
let browser: Browser;

beforeAll(async () => {
  writeFileSync(path, catalogueHtml(planCatalogue(sampleCatalogue())));
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(SCREENS)('on $name', ({ width, height }) => {
  test.each(SCHEMES)('an accessibility checker finds nothing, with everything unfolded (%s)', async (scheme) => {
    const { page } = await openPage(browser, { url, width, height, scheme });
    await page.$$eval('details', (all) => all.forEach((details) => details.setAttribute('open', '')));
    expect(await axeFindings(page)).toEqual([]);
    await page.close();
  });

  test('nothing has to be scrolled sideways', async () => {
    const { page } = await openPage(browser, { url, width, height, scheme: 'light' });
    await page.$$eval('details', (all) => all.forEach((details) => details.setAttribute('open', '')));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });
});

test('the checker can fail: a page without a name, a picture without words', async () => {
  const { page } = await openPage(browser, { url, width: 1280, height: 900, scheme: 'light' });
  await page.evaluate("document.title = ''; document.querySelector('svg').removeAttribute('aria-label')");
  expect((await axeFindings(page)).map((line) => line.split(':')[0])).toEqual(expect.arrayContaining(['document-title', 'svg-img-alt']));
  await page.close();
});

test('from a folder it asks for nothing but itself; unfolded by the keyboard, it shows every release', async () => {
  const { page, asked } = await openPage(browser, { url, width: 1280, height: 900, scheme: 'light' });
  expect(asked).toEqual([url]);
  await page.focus('#box-small-tin-1 summary');
  await page.keyboard.press('Enter');
  expect(await page.$$eval('#box-small-tin-1 tbody tr', (rows) => rows.filter((row) => row.checkVisibility()).length)).toBe(12);
  await page.close();
});

test('from a web server it looks the same and asks for nothing else', async () => {
  const server = await serve(catalogueHtml(planCatalogue(sampleCatalogue())));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { page, asked } = await openPage(browser, { url: address, width: 390, height: 844, scheme: 'dark' });
  expect(asked.filter((each) => !each.endsWith('/favicon.ico'))).toEqual([address]);
  expect(await page.title()).toBe('Published images');
  await page.close();
  server.close();
});

test('the page that publishing leaves in a store links only to files that are there', async () => {
  const { dir: own, ...host } = fakeHost([], { pid: process.pid });
  const storeLocation = join(own, 'published');
  const artifact = artifactOf(own, 'disk');
  const reports = [{ name: 'report.html', text: '<!doctype html><title>Report</title>\n' }];
  await publish(
    { host: { ...host, facts: { ...host.facts, projectDir: process.cwd() } }, say: () => undefined },
    { storeLocation, artifact, report: reportOf(artifact), spec: specOf(), reports },
  );
  const { page } = await openPage(browser, { url: pathToFileURL(join(storeLocation, 'index.html')).href, width: 1280, height: 900, scheme: 'light' });
  const links = await page.$$eval('a', (all) => all.map((link) => link.getAttribute('href') ?? ''));
  const files = links.filter((link) => !link.startsWith('#'));
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((link) => !existsSync(join(storeLocation, link)))).toEqual([]);
  expect(await page.$eval('h2', (heading) => heading.textContent)).toContain('Debian');
  await page.close();
});

function serve(html: string): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
