import { expect, test } from 'vitest';
import { planCatalogue } from '../../scripts/plan/release-catalogue.ts';
import { catalogueHtml } from '../../scripts/reports/catalogue-html.ts';
import { sampleCatalogue } from '../support/sample-catalogue.ts';

const page = catalogueHtml(planCatalogue(sampleCatalogue()));

test('has what is needed to take, check and launch each image', () => {
  for (const part of [
    'href="box-small-tin-1/2026.11.29-1/disk.qcow2"',
    'npm run launch -- box-small-tin-1@2026.11.29-1',
    'href="box-db-zinc-2/2026.11.29-1/report.html"',
    'Supported until 2030-06-30',
    'End of life since 2025-01-31',
    'Support ends on 2027-01-31',
    '422 of 422',
    '<b>stable</b> 2026.11.18-1',
  ])
    expect(page).toContain(part);
  expect(page.match(/<svg /g)).toHaveLength(6);
});

test('what outside graders said of the newest release is there, with the goal', () => {
  expect(page).toContain('<dt>Benchmark, level 1</dt><dd>91 %<small>goal met</small></dd>');
  expect(page).toContain('<dt>Known holes</dt><dd>unknown<small>goal 0 findings</small></dd>');
});

test('what was taken back is said before all else, and not what is offered', () => {
  const { index, ...rest } = sampleCatalogue();
  const reason = 'CVE-2026-1 <b>in</b> nginx';
  const releases = index.releases.map((entry) =>
    entry.version !== '2026.11.29-1'
      ? entry
      : entry.imageId === 'box-small-tin-1'
        ? { ...entry, yanked: { at: '2026-11-29T07:00:00.000Z', reason } }
        : { ...entry, deprecatedAfter: entry.imageId === 'box-lb-iron-3' ? '2026-11-01' : '2027-02-01' },
  );
  const marked = catalogueHtml(planCatalogue({ ...rest, index: { ...index, releases } }));
  expect(marked).toContain('<b>2026.11.29-1</b> was taken back on 2026-11-29: CVE-2026-1 &lt;b&gt;in&lt;/b&gt; nginx');
  expect(marked).toContain('Download 2026.11.28-1');
  expect(marked).toContain('<td>latest, taken back</td>');
  expect(marked).toContain('is no longer cared for since 2026-11-01');
  expect(marked).toContain('is to be used until 2027-02-01');
});

test('only files that the release has are linked', () => {
  expect(page).not.toContain('CHANGES.md');
  const { seen, ...rest } = sampleCatalogue();
  const withChanges = seen.map((each) => ({ ...each, files: [...each.files, 'CHANGES.md'] }));
  expect(catalogueHtml(planCatalogue({ ...rest, seen: withChanges }))).toContain('href="box-lb-iron-3/2026.11.29-1/CHANGES.md"');
});

test('asks nobody for anything, and runs nothing', () => {
  expect(page).toContain(`default-src 'none'`);
  expect(page).not.toMatch(/<script|<link|<img|https?:\/\/|@import|url\(/);
});

test('a thousand releases are a page of less than a megabyte', () => {
  const many = catalogueHtml(planCatalogue(sampleCatalogue({ 'box-small-tin-1': 400, 'box-db-zinc-2': 300, 'box-lb-iron-3': 300 })));
  expect(many.match(/<tr><th scope="row">/g)).toHaveLength(1000);
  expect(Buffer.byteLength(many)).toBeLessThan(1_000_000);
});

test('an empty store has a page too', () => {
  const empty = catalogueHtml(planCatalogue(sampleCatalogue({})));
  expect(empty).toContain('Nothing is published here yet');
});

test('what a release says cannot become a tag', () => {
  const { seen, ...rest } = sampleCatalogue();
  const hostile = '"><img src=x onerror=alert(1)>';
  const evil = seen.map(({ release, files }) => ({ files, release: { ...release, loginUser: hostile, role: hostile, image: hostile } }));
  expect(catalogueHtml(planCatalogue({ ...rest, seen: evil }))).not.toContain('<img');
});
