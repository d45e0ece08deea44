import type { Changed, ReleaseChanges } from '../model/release-changes.ts';
import type { Change, FileChange, FromTo, ReleaseDiff } from '../model/release-diff.ts';
import { plainLine } from './plain-text.ts';
import { size } from './quantities.ts';

/** More lines than this are counted, not listed: a changed base may touch every file. */
const MOST_LINES = 200;

/** What is new in a release, as people read it: CHANGES.md beside the disk, and the answer of `diff`. */
export function changes(diff: ReleaseDiff): string {
  const { packages, checks } = diff;
  return [
    `# Changes from ${diff.from} to ${diff.to}`,
    '',
    ...numbers(diff),
    ...packageSections('Packages', packages),
    ...(diff.languagePackages === null
      ? section('Packages of Python and Node.js', null)
      : packageSections('Packages of Python and Node.js', diff.languagePackages)),
    ...section('Open ports', lines(diff.ports)),
    ...section('Files that run with another’s rights', fileLines(diff.privileged)),
    ...section('Enabled units', lines(diff.units)),
    ...section('Files of /etc and /usr/local', fileLines(diff.files)),
    ...section('Checks', lines(checks)),
  ].join('\n');
}

/** What a release has instead that has none before it, or one that cannot be read. */
export function firstChanges(imageId: string, unread?: string): string {
  return `# ${imageId}\n\n${unread === undefined ? 'Not compared with anything: there is no release before it.' : notCompared(unread)}\n`;
}

/** The same words on the page and at the terminal. */
export function notCompared(unread: string): string {
  return `Not compared with the release before it, which cannot be read: ${plainLine(unread)}`;
}

function numbers(diff: ReleaseDiff): readonly string[] {
  const row = (title: string, { from, to }: FromTo, text: (value: number) => string): string => `| ${title} | ${text(from)} | ${text(to)} |`;
  return [
    '| | before | now |',
    '|---|---|---|',
    row('Size', diff.sizeBytes, size),
    row('First boot', diff.firstBootSeconds, (seconds) => `${seconds} s`),
    row('Reboot', diff.rebootSeconds, (seconds) => `${seconds} s`),
    row('Results that pass', diff.passed, String),
    ...diff.measures.map(({ name, before, now }) => `| ${plainLine(name)} | ${plainLine(before)} | ${plainLine(now)} |`),
    '',
  ];
}

function packageSections(title: string, { added, removed, changed }: ReleaseChanges['packages']): readonly string[] {
  return [...section(`${title}: upgraded`, changed.map(changedLine)), ...section(`${title}: added`, added), ...section(`${title}: removed`, removed)];
}

function changedLine({ name, before, now }: Changed): string {
  return `${name} ${before} → ${now}`;
}

function section(title: string, found: readonly string[] | null): readonly string[] {
  if (found === null) return [`## ${title}`, '', 'Not compared: one of the two releases does not say.', ''];
  if (found.length === 0) return [];
  const listed = found.slice(0, MOST_LINES).map((line) => `- ${plainLine(line)}`);
  return [`## ${title}`, '', ...listed, ...(found.length > MOST_LINES ? [`- … and ${found.length - MOST_LINES} more`] : []), ''];
}

function lines(change: Change<string | number> | null): readonly string[] | null {
  return change === null ? null : [...change.added.map((item) => `added ${item}`), ...change.removed.map((item) => `removed ${item}`)];
}

function fileLines(change: FileChange | null): readonly string[] | null {
  return change === null ? null : [...(lines(change) ?? []), ...change.changed.map((path) => `changed ${path}`)];
}
