import { readFileSync, writeFileSync } from 'node:fs';
import { BakeError } from '../../scripts/errors.ts';
import type { LayerRecord } from '../../scripts/model/layer-record.ts';
import type { SharedLayers } from '../../scripts/store/layers/shared-layers.ts';
import { digestText } from '../store/fixtures.ts';

export interface MemoryLayers {
  /** By key. */
  readonly records: Map<string, LayerRecord>;
  /** By digest. */
  readonly bytes: Map<string, string>;
  /** Records that nobody's signature stands for, by name of the layer. */
  readonly refusals: Map<string, string>;
  /** What was asked for, in order. */
  readonly asked: string[];
  /** As a machine sees it that may add to it, or may not. */
  readonly open: (write: boolean) => SharedLayers;
  /** The same as one that cannot be reached. */
  readonly unreachable: SharedLayers;
}

/** Shared layers without a place: records that are believed, and bytes that are lines of text. */
export function memoryLayers(): MemoryLayers {
  const { records, bytes, refusals, asked } = {
    records: new Map<string, LayerRecord>(),
    bytes: new Map<string, string>(),
    refusals: new Map<string, string>(),
    asked: [] as string[],
  };
  const find: SharedLayers['find'] = ({ key, name }) => {
    asked.push(`find ${name}`);
    const [record, refused] = [records.get(key), refusals.get(name)];
    return Promise.resolve(record === undefined ? undefined : refused === undefined ? { record } : { refused });
  };
  const bring: SharedLayers['bring'] = (record, path) => {
    asked.push(`bring ${record.name}`);
    const text = bytes.get(record.sha256) ?? '';
    writeFileSync(path, text);
    if (digestText(text) === record.sha256) return Promise.resolve();
    return Promise.reject(new BakeError('NOT_TRUSTED', { what: 'its bytes are not those of its record', fix: 'none' }));
  };
  const share: SharedLayers['share'] = (record, path) => {
    const first = records.get(record.key);
    if (first !== undefined) return Promise.resolve(first);
    bytes.set(record.sha256, readFileSync(path, 'utf8'));
    records.set(record.key, record);
    return Promise.resolve(record);
  };
  const location = 's3://bucket/layers';
  const down = (): Promise<never> => Promise.reject(new BakeError('NETWORK_UNREACHABLE', { what: `${location} cannot be reached, or fails`, fix: 'wait' }));
  return {
    ...{ records, bytes, refusals, asked },
    open: (write) => ({ location, find, bring, ...(write ? { share } : {}) }),
    unreachable: { location, find: down, bring: down, share: down },
  };
}
