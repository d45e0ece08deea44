const ESCAPE_SEQUENCE = /\u001B(?:\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[P^_X][^\u001B]*(?:\u001B\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~])/g;
// What would move the cursor, ring, or reorder what is read: C0 and C1 controls, line separators, bidirectional overrides.
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

/** Makes text that a guest or a tool wrote safe to show: nothing in it may steer a terminal or hide a word. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replaceAll(ESCAPE_SEQUENCE, '').replaceAll(CONTROL, '');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, ' ').trim();
}

/** Cuts a line to a width, because a wrapped line cannot be redrawn and a table with one reads badly. */
export function clip(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
