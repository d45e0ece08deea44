import type { KeyFields } from '../model/build-plan.ts';

/** Invalidation that can be read is invalidation that can be trusted: one line for each field that makes two keys differ. */
export function explainKey(wanted: KeyFields, newestCached: KeyFields | undefined): readonly string[] {
  if (newestCached === undefined) return ['nothing like it is in the cache yet'];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(newestCached)])].toSorted(byName);
  return names.flatMap((name) => difference(name, newestCached[name], wanted[name]));
}

function difference(name: string, before: string | undefined, after: string | undefined): readonly string[] {
  if (before === after) return [];
  if (before === undefined) return [`${name} is new`];
  if (after === undefined) return [`${name} is gone`];
  return [saysItself(before) && saysItself(after) ? `${name} changed from ${JSON.stringify(before)} to ${JSON.stringify(after)}` : `${name} changed`];
}

/** A digest says nothing to a reader. */
function saysItself(value: string): boolean {
  return !/^(sha256:)?[0-9a-f]{64}$/.test(value);
}

/** The parent last: it only says that the reason is one layer down. */
function byName(a: string, b: string): number {
  if (a === 'parent' || b === 'parent') return Number(a === 'parent') - Number(b === 'parent');
  return a < b ? -1 : Number(a > b);
}
