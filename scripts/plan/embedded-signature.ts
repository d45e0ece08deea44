/** A signed JSON object in one file with its signature, as its last field, so that the two can never be read or replaced apart. */
export function embedSignature(text: string, signature: string): string {
  const end = [PRETTY, COMPACT].find(({ tail }) => text.endsWith(tail));
  return end === undefined ? text : `${text.slice(0, -end.tail.length)}${end.before}${JSON.stringify(signature)}${end.tail}`;
}

/** The text as it was signed, and its signature; without one, the text is the whole file. */
export function splitSignature(file: string): { readonly text: string; readonly signature: string | undefined } {
  for (const { before, tail } of [PRETTY, COMPACT]) {
    const at = file.lastIndexOf(before);
    const written = file.slice(at + before.length, -tail.length);
    if (at !== -1 && file.endsWith(tail) && WRITTEN.test(written)) return { text: `${file.slice(0, at)}${tail}`, signature: JSON.parse(written) as string };
  }
  return { text: file, signature: undefined };
}

const PRETTY = { before: ',\n  "signature": ', tail: '\n}\n' };
const COMPACT = { before: ',"signature":', tail: '}\n' };
const WRITTEN = /^"(?:[A-Za-z0-9+/=\- ]|\\n)*"$/;
