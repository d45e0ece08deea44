import type { IndexEntry } from '../model/release.ts';
import { count, size } from './quantities.ts';
import { table } from './table.ts';

export interface Pruned {
  readonly applied: boolean;
  readonly kept: readonly { readonly entry: IndexEntry; readonly reasons: readonly string[] }[];
  readonly dropped: readonly IndexEntry[];
  readonly freedBytes: number;
}

/** What a prune took away, or would take, and why the rest stays. */
export function pruned({ applied, kept, dropped, freedBytes }: Pruned): string {
  const rows = [
    ...dropped.map((entry) => [applied ? 'dropped' : 'would drop', `${entry.imageId}@${entry.version}`, size(entry.sizeBytes)]),
    ...kept.map(({ entry, reasons }) => ['kept', `${entry.imageId}@${entry.version}`, reasons.join(', ')]),
  ];
  const sum = `${count(dropped.length, 'release')} ${applied ? 'dropped' : 'would be dropped'}, ${size(freedBytes)}${applied || dropped.length === 0 ? '' : '; give --yes to do it'}`;
  return `${[...table(rows, { widest: 80 }), sum].join('\n')}\n`;
}
