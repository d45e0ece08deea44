import type { IndexEntry } from '../model/release.ts';
import { count, size } from './quantities.ts';
import { table } from './table.ts';

export interface Pruned {
  readonly applied: boolean;
  readonly kept: readonly { readonly entry: IndexEntry; readonly reasons: readonly string[] }[];
  readonly dropped: readonly IndexEntry[];
  readonly droppedDisks: readonly { readonly sha256: string; readonly sizeBytes: number }[];
  readonly freedBytes: number;
}

/** What a prune took away, or would take, and why the rest stays. */
export function pruned({ applied, kept, dropped, droppedDisks, freedBytes }: Pruned): string {
  const rows = [
    ...dropped.map((entry) => [applied ? 'dropped' : 'would drop', `${entry.imageId}@${entry.version}`, size(entry.sizeBytes)]),
    ...droppedDisks.map(({ sha256, sizeBytes }) => [applied ? 'dropped' : 'would drop', `fetched disk ${sha256.slice(0, 12)}`, size(sizeBytes)]),
    ...kept.map(({ entry, reasons }) => ['kept', `${entry.imageId}@${entry.version}`, reasons.join(', ')]),
  ];
  const what = [count(dropped.length, 'release'), ...(droppedDisks.length === 0 ? [] : [count(droppedDisks.length, 'fetched disk')])].join(' and ');
  const hint = applied || dropped.length + droppedDisks.length === 0 ? '' : '; give --yes to do it';
  const sum = `${what} ${applied ? 'dropped' : 'would be dropped'}, ${size(freedBytes)}${hint}`;
  return `${[...table(rows, { widest: 80 }), sum].join('\n')}\n`;
}
