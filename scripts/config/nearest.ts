/** The known word that a mistyped one most likely means, so that an error can offer it; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length * 0.4));
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= limit && distance < Math.max(word.length, candidate.length))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** The remedy for an unknown name: the nearest known one, then all of them. */
export function didYouMean(word: string, known: readonly string[]): string {
  const list = known.length === 0 ? 'there are none' : `known: ${known.join(', ')}`;
  const candidate = nearest(word, known);
  return candidate === undefined ? list : `did you mean ${JSON.stringify(candidate)}? (${list})`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = Array.from({ length: from.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 1; j <= to.length; j++) rows[0]?.push(j);
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swap = swapped ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swap));
    }
  }
  return at(from.length, to.length);
}
