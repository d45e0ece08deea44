import { createHash } from 'node:crypto';

/** Equal values must give equal text whatever the order of their keys, or a key would change when nothing did. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? Object.fromEntries(Object.entries(inner).toSorted(byKey)) : inner));
}

/** Names a value by its content: the parent of a document, the key of a layer. */
export function digestOf(value: unknown): string {
  return digestOfText(canonicalJson(value));
}

/** Names a text by its content, as `sha256sum` would. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
