import { expect, test } from 'vitest';
import { html } from '../../scripts/reports/html.ts';
import { proofSection } from '../../scripts/reports/html-proof.ts';
import { sampleProof } from './sample-proof.ts';
import { reportOf, row } from './sample-report.ts';

test('a report without a proof does not speak of one', () => {
  expect(proofSection(undefined).html).toBe('');
  expect(html(reportOf([row()]))).not.toContain('Kill rate');
});

test('the page has the rate among its numbers and as a part of its own', () => {
  const page = html(reportOf([row()]), { proof: sampleProof(['killed', 'killed']) });
  expect(page).toContain('<dt>kill rate</dt><dd>100 %</dd>');
  expect(page).toContain('<a href="#proof">Kill rate</a>');
  expect(page).toContain('2 of 2 saboteurs were noticed (100 %)');
  expect(page).toContain('No earlier release says as much.');
});

test('what was not noticed is named, with the line that broke it', () => {
  const { html: text } = proofSection(sampleProof(['killed', 'survived', 'not-green', 'not-run']));
  expect(text).toContain('1 of 4 saboteurs were noticed (25 %)');
  for (const words of ['not noticed', 'fails on the good disk', 'gave no answer', '<code>unlock</code>', '<code>door.1</code>']) expect(text).toContain(words);
  expect(text).not.toContain('<code>door.0</code>');
});

test('what is muted has its reason and is no failure', () => {
  const muted = { check: 'door.1', reason: 'the lock is slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
  const proof = sampleProof(['killed', 'muted']);
  const { html: text } = proofSection({ ...proof, rows: proof.rows.map((one) => (one.outcome === 'muted' ? { ...one, muted } : one)) });
  expect(text).toContain('<span class="pass">1 of 2 saboteurs were noticed, 1 muted (100 %)</span>');
  expect(text).toContain('<span class="skip">known to fail, muted until 2026-12-31: the lock is slow here (https://bugs.example/1)</span>');
  expect(text).toContain('<td class="number">2</td><td class="number pass">1</td>');
});

test('the release before stands beside it', () => {
  const trend = (killRate: number, saboteurs: number): string =>
    proofSection(sampleProof(['killed', 'killed']), { version: '2026.11.01-1', killRate, saboteurs }).html;
  expect(trend(50, 4)).toContain('2026.11.01-1: 50 % of 4 (+50 points, −2 saboteurs since).');
  expect(trend(100, 1)).toContain('2026.11.01-1: 100 % of 1 (+0 points, +1 saboteurs since).');
});
