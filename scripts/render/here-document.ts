import { BakeError } from '../errors.ts';
import { quoteSh } from './quoting.ts';

/** A shell command that writes a file with exactly this text: nothing in the text is expanded, and no line of it can end it. */
export function hereDocument({ path, text }: { readonly path: string; readonly text: string }): string {
  if (!text.endsWith('\n') || text.includes('\0')) {
    throw new BakeError('BUG', { what: `The text of ${path} does not end with a line end, or has a NUL byte`, fix: 'Report this: no shell could write it' });
  }
  const lines = new Set(text.split('\n'));
  let end = 'END_OF_FILE';
  while (lines.has(end)) end += '_';
  return `cat >${quoteSh(path)} <<'${end}'\n${text}${end}\n`;
}
