const MOST_LINES = 10;

/** What a program said last, for whoever misses what it was to bring: its own lines, and how it ended where they do not say it. */
export function lastWords({ exitCode, stderr }: { readonly exitCode: number | undefined; readonly stderr: string }, most = MOST_LINES): readonly string[] {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const said = exitCode === undefined ? [...lines, 'it did not end in time'] : lines;
  return said.length > 0 ? said.slice(-most) : [`it ended with status ${exitCode} and said nothing`];
}

/** Why nothing is known of a disk, on one line: for a row of a table. */
export function notLookedInto(words: readonly string[]): string {
  return `the disk could not be looked into: ${words.slice(-3).join(' | ')}`;
}
