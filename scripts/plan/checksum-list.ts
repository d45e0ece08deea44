/** One line of a SHA256SUMS file. */
export interface Checksum {
  readonly sha256: string;
  readonly name: string;
}

/** Writes a list that `sha256sum -c` reads, sorted by name. */
export function formatChecksums(sums: readonly Checksum[]): string {
  return sums
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ sha256, name }) => `${sha256}  ${name}\n`)
    .join('');
}

/** Reads such a list; undefined when a line of it is anything else, or a name comes twice. */
export function parseChecksums(text: string): readonly Checksum[] | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const sums = lines.flatMap((line) => {
    const [, sha256, name] = LINE.exec(line) ?? [];
    return sha256 === undefined || name === undefined ? [] : [{ sha256, name }];
  });
  return sums.length === lines.length && new Set(sums.map(({ name }) => name)).size === sums.length ? sums : undefined;
}

const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)$/;
