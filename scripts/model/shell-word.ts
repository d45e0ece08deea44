/** One literal word for a shell, whatever is in it: probe scripts carry values, and lines for people to copy. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
