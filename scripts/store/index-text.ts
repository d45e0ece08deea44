import { createHash } from 'node:crypto';
import { CHANNEL_PATTERN, compareVersions, IMAGE_ID_PATTERN, SHA256_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import { areMarks, type ReleaseMarks } from '../model/release-marks.ts';
import type { IndexEntry, StoreIndex } from '../model/release.ts';

/** The index of a store without releases. */
export const EMPTY_INDEX: StoreIndex = { kind: 'StoreIndex', schemaVersion: 1, generation: 0, releases: [], channels: {} };

/** Writes an index with a digest of itself, so that a changed byte can never point a channel at another release. */
export function formatIndex(index: StoreIndex): string {
  const releases = index.releases.toSorted((a, b) => (a.imageId === b.imageId ? compareVersions(a.version, b.version) : a.imageId < b.imageId ? -1 : 1));
  const sorted = { ...index, releases };
  return `${JSON.stringify({ ...sorted, sha256: digest(sorted) }, undefined, 2)}\n`;
}

/** Reads an index, or says why it cannot be trusted. */
export function parseIndex(text: string): { readonly index: StoreIndex } | { readonly reason: string } {
  const value = parseJson(text);
  if (value === undefined) return { reason: text.trim() === '' ? 'it is empty' : 'it is cut short, or not JSON' };
  if (!isObject(value) || value['kind'] !== 'StoreIndex') return { reason: 'it is not the index of a store' };
  if (value['schemaVersion'] !== 1) return { reason: `its schema version is ${JSON.stringify(value['schemaVersion'])}, and this Ingot knows 1` };
  const { sha256, ...rest } = value;
  const reason = problemOf(rest) ?? (sha256 === digest(rest) ? undefined : 'its content does not match its own digest');
  // Every field was looked at by problemOf.
  return reason === undefined ? { index: rest as unknown as StoreIndex } : { reason };
}

function digest(index: unknown): string {
  return createHash('sha256').update(JSON.stringify(index)).digest('hex');
}

function parseJson(text: string): unknown {
  // Also without its last byte a text may be whole JSON: the newline at its end proves that nothing was cut off.
  if (!text.endsWith('\n')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf({ generation, releases, channels }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 0) return 'its generation is not a number';
  if (!Array.isArray(releases)) return 'its releases are not a list';
  const bad = releases.findIndex((entry) => !isEntry(entry));
  if (bad !== -1) return `its release number ${bad + 1} is not well formed`;
  const names = new Set((releases as readonly IndexEntry[]).map(nameOf));
  if (names.size !== releases.length) return 'it lists a release twice';
  return isObject(channels) ? channelProblem(channels, names) : 'its channels are not a table';
}

function channelProblem(channels: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): string | undefined {
  for (const [imageId, pointers] of Object.entries(channels)) {
    if (!IMAGE_ID_PATTERN.test(imageId) || !isObject(pointers)) return `its channels of ${JSON.stringify(imageId)} are not well formed`;
    const bad = Object.entries(pointers).find(([channel, version]) => !CHANNEL_PATTERN.test(channel) || !names.has(`${imageId}@${String(version)}`));
    if (bad !== undefined) return `its channel ${JSON.stringify(bad[0])} of ${imageId} points at a release that it does not list`;
  }
  return undefined;
}

const ENTRY_FIELDS: Readonly<Record<Exclude<keyof IndexEntry, keyof ReleaseMarks>, (value: unknown) => boolean>> = {
  imageId: (value) => matches(value, IMAGE_ID_PATTERN),
  version: (value) => matches(value, VERSION_PATTERN),
  sha256: (value) => matches(value, SHA256_PATTERN),
  sizeBytes: isCount,
  key: (value) => typeof value === 'string',
  checksPassed: isCount,
  publishedAt: (value) => typeof value === 'string',
};

function isEntry(value: unknown): value is IndexEntry {
  return isObject(value) && areMarks(value) && Object.entries(ENTRY_FIELDS).every(([name, isGood]) => Object.hasOwn(value, name) && isGood(value[name]));
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf({ imageId, version }: IndexEntry): string {
  return `${imageId}@${version}`;
}
