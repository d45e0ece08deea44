/** One row of a table of a Markdown text, below the nearest heading, with its cells by the words of the table's head. */
export interface MarkdownRow {
  readonly heading: string;
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Every row of every table; a row with more or fewer cells than its head is an error, since nobody would see what it lost. */
export function markdownRows(text: string): readonly MarkdownRow[] {
  const rows: MarkdownRow[] = [];
  let heading = '';
  let head: readonly string[] | undefined;
  let fenced = false;
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.trim();
    if (/^(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || !line.startsWith('|')) {
      heading = (fenced ? undefined : /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1]) ?? heading;
      head = undefined;
      continue;
    }
    const cells = cellsOf(line);
    if (head === undefined) head = cells;
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) rows.push({ heading, line: index + 1, cells: named(head, cells, index + 1) });
  }
  return rows;
}

/** What stands in backticks, without them. */
export function codeSpans(cell: string): readonly string[] {
  return [...cell.matchAll(/(`+)(.+?)\1/g)].map(([, , code = '']) => code.trim());
}

/** Cells between bars; a bar behind a backslash belongs to the text. */
function cellsOf(line: string): readonly string[] {
  const inner = line.replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll(String.raw`\|`, '|').trim());
}

function named(head: readonly string[], cells: readonly string[], line: number): Readonly<Record<string, string>> {
  if (cells.length !== head.length) throw new Error(`line ${line}: ${cells.length} cells below a head of ${head.length}`);
  return Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']));
}
