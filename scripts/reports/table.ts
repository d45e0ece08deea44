import { clip } from './plain-text.ts';

/** Aligns rows of cells into columns; the last column is not padded, and no column grows wider than `widest`. */
export function table(
  rows: readonly (readonly string[])[],
  { indent = '  ', widest = 60 }: { readonly indent?: string; readonly widest?: number } = {},
): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.min(widest, Math.max(...rows.map((row) => [...(row[column] ?? '')].length))));
  return rows.map((row) =>
    `${indent}${row.map((cell, column) => (column === row.length - 1 ? cell : pad(clip(cell, widest), widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}
