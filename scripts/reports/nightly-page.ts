import type { NightlyResult, NightlySummary } from '../model/nightly-summary.ts';
import { plainLine } from './plain-text.ts';
import { duration } from './quantities.ts';

const NOT_DROPPED = 'old releases were not dropped';

/** A night as Markdown: the page of a CI job, and what a person reads in the morning. */
export function nightlyPage({ startedAt, results, skipped, prunedReleases, pruneFailure }: NightlySummary): string {
  const failed = results.filter(({ status }) => status === 'failed').length;
  const troubles = [...(failed === 0 ? [] : [`${failed} of ${results.length} failed`]), ...(pruneFailure === undefined ? [] : [NOT_DROPPED])];
  return [
    `# Nightly of ${startedAt.slice(0, 10)}: ${troubles.length === 0 ? 'all well' : troubles.join('; ')}`,
    '',
    '| Image | Result | Baked layers | Checks | Time |',
    '|---|---|---|---|---|',
    ...results.map(row),
    '',
    ...results.flatMap(problem),
    ...(pruneFailure === undefined ? [] : lines(`**${NOT_DROPPED}** (${pruneFailure.code}):`, pruneFailure)),
    ...(skipped.length === 0 ? [] : [`Not baked, because only their facts are known: ${skipped.join(', ')}.`, '']),
    ...(prunedReleases.length === 0 ? [] : [`Removed old releases: ${prunedReleases.join(', ')}.`, '']),
  ].join('\n');
}

function row(result: NightlyResult): string {
  if (result.status === 'failed') return `| ${result.imageId} | **failed** (${result.code}) | | | ${duration(result.seconds)} |`;
  return `| ${result.imageId} | ${outcomeOf(result)} | ${result.changed.join(', ')} | ${result.checks} | ${duration(result.seconds)} |`;
}

function outcomeOf({ status, reference, takenBack }: Exclude<NightlyResult, { readonly status: 'failed' }>): string {
  const name = reference ?? '';
  if (takenBack !== undefined) return `unchanged, and taken back (${markdownSafe(takenBack)}): ${name}`;
  return status === 'nothing-to-do' ? `verified, unchanged: ${name}` : `${status} ${name}`;
}

function problem(result: NightlyResult): readonly string[] {
  if (result.status !== 'failed') return [];
  return lines(`**${result.imageId}**:`, result);
}

type Told = { readonly what: string; readonly fix: string; readonly details: readonly string[] };

function lines(subject: string, { what, fix, details }: Told): readonly string[] {
  return [`- ${subject} ${markdownSafe(what)} ${markdownSafe(fix)}`, ...details.map((line) => `  - ${markdownSafe(line)}`), ''];
}

function markdownSafe(text: string): string {
  return plainLine(text).replaceAll(/[|<>`*_[\]]/g, (character) => `\\${character}`);
}
