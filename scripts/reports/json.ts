/** A document as the text that lies on disk and that --json prints: indented, so that a person and a diff can read it too. */
export function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
