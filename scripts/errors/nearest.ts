/** Beyond this many characters no word is a slip of the hand, and comparing it would only take time. */
const LONGEST_WORD = 128;

/** The known word that a mistyped one most likely means, so that an error can offer it; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return allNear(word, known)[0];
}

/** The same for names that are put together from parts, where more than one may be meant: the nearest first. */
export function allNear(word: string, known: readonly string[], count = 3): readonly string[] {
  const written = word.slice(0, LONGEST_WORD).toLowerCase();
  const limit = Math.max(2, Math.floor(written.length * 0.4));
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: distanceTo(candidate.toLowerCase(), written) }))
    .filter(({ candidate, distance }) => distance <= limit && distance < Math.max(written.length, candidate.length))
    .toSorted((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** The remedy for an unknown name: the nearest known one, then all of them. */
export function didYouMean(word: string, known: readonly string[]): string {
  const list = known.length === 0 ? 'there are none' : `known: ${known.join(', ')}`;
  const candidate = nearest(word, known);
  return candidate === undefined ? list : `did you mean ${JSON.stringify(candidate)}? (${list})`;
}

/** A whole part of a name is as near as one wrong letter. */
function distanceTo(candidate: string, written: string): number {
  return written.length > 2 && candidate.includes(written) && candidate !== written ? 1 : editDistance(written, candidate);
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
