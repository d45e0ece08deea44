/** Probe scripts carry shell text and values; each must arrive as one literal word. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
