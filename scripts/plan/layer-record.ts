import type { LayerRecord, WantedLayer } from '../model/layer-record.ts';
import { IMAGE_ID_PATTERN, SHA256_PATTERN } from '../model/release-name.ts';

/** No layer is near it: whoever claims more wants a disk to be filled. */
export const MOST_LAYER_BYTES = 256 * 2 ** 30;
/** A record with its signature takes one or two thousand: of a longer one, no more is ever read. */
export const MOST_RECORD_BYTES = 16 * 2 ** 10;

/** The text of a record, as it is signed. */
export function layerRecordText(record: LayerRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** A record that says what the plan wants, or why it does not count. Whoever wrote it, no word of it becomes a path before it was looked at here. */
export function parseLayerRecord(text: string, wanted: WantedLayer): LayerRecord | { readonly refused: string } {
  const record = parseObject(text);
  if (record === undefined) return { refused: 'its record is not JSON' };
  const { kind, schemaVersion, key, name, imageId, parent, sha256, sizeBytes } = record;
  if (kind !== 'LayerRecord' || schemaVersion !== 1) return { refused: 'its record is of a kind that is not known here' };
  if (key !== wanted.key || name !== wanted.name) return { refused: 'its record is that of another layer' };
  if (!matches(sha256, SHA256_PATTERN) || !matches(imageId, IMAGE_ID_PATTERN)) return { refused: 'its record is damaged' };
  if (!isSize(sizeBytes)) return { refused: `its record claims ${JSON.stringify(sizeBytes)?.slice(0, 40)} bytes, which no layer has` };
  const standsOn = parentOf(parent);
  if (standsOn === undefined) return { refused: 'its record does not say what it stands on' };
  if ((standsOn?.key ?? null) !== wanted.parentKey) return { refused: 'its record names another parent than the plan' };
  return { kind, schemaVersion, key: wanted.key, name: wanted.name, imageId, parent: standsOn, sha256, sizeBytes };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when it is neither a parent nor none. */
function parentOf(value: unknown): LayerRecord['parent'] | undefined {
  if (value === null) return null;
  if (typeof value !== 'object') return undefined;
  const { key, sha256 } = value as Readonly<Record<string, unknown>>;
  return matches(key, SHA256_PATTERN) && matches(sha256, SHA256_PATTERN) ? { key, sha256 } : undefined;
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= MOST_LAYER_BYTES;
}
