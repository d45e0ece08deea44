import { expect, test } from 'vitest';
import type { LayerRecord, WantedLayer } from '../../scripts/model/layer-record.ts';
import { layerRecordText, MOST_LAYER_BYTES, parseLayerRecord } from '../../scripts/plan/layer-record.ts';

const hex = (digit: string): string => digit.repeat(64);
const RECORD: LayerRecord = {
  ...{ kind: 'LayerRecord', schemaVersion: 1, key: hex('a'), name: 'configure', imageId: 'shop-web-testian-1' },
  ...{ parent: { key: hex('b'), sha256: hex('c') }, sha256: hex('d'), sizeBytes: 4096 },
};
const WANTED: WantedLayer = { key: hex('a'), name: 'configure', parentKey: hex('b') };
const changed = (change: object): ReturnType<typeof parseLayerRecord> => parseLayerRecord(JSON.stringify({ ...RECORD, ...change }), WANTED);

test('a record is read as it was written', () => {
  expect(parseLayerRecord(layerRecordText(RECORD), WANTED)).toEqual(RECORD);
  expect(changed({ parent: null })).toHaveProperty('refused');
  const whole = { ...RECORD, parent: null };
  expect(parseLayerRecord(layerRecordText(whole), { ...WANTED, parentKey: null })).toEqual(whole);
});

test('nothing but what is known of a record is kept of it', () => {
  expect(changed({ command: 'rm', __proto__: { x: 1 } })).toEqual(RECORD);
});

test.each<readonly [string, object, string]>([
  ['of another schema', { schemaVersion: 2 }, 'not known here'],
  ['of another kind', { kind: 'Release' }, 'not known here'],
  ['of another layer', { name: 'sealed' }, 'another layer'],
  ['of another key', { key: hex('e') }, 'another layer'],
  ['with a path instead of a digest', { sha256: '../../../etc/passwd' }, 'damaged'],
  ['with a digest that has a line behind it', { sha256: `${hex('d')}\n` }, 'damaged'],
  ['with a digest in capitals', { sha256: hex('D') }, 'damaged'],
  ['with a path instead of an image', { imageId: '../evil' }, 'damaged'],
  ['of nothing', { sizeBytes: 0 }, 'claims 0 bytes'],
  ['of less than nothing', { sizeBytes: -1 }, 'claims -1 bytes'],
  ['of half a byte', { sizeBytes: 0.5 }, 'claims 0.5 bytes'],
  ['of more than any layer', { sizeBytes: MOST_LAYER_BYTES + 1 }, 'which no layer has'],
  ['of a size in words', { sizeBytes: '4096' }, 'which no layer has'],
  ['without a size', { sizeBytes: undefined }, 'which no layer has'],
  ['without a parent', { parent: undefined }, 'does not say what it stands on'],
  ['with half a parent', { parent: { key: hex('b') } }, 'does not say what it stands on'],
  ['with a parent in words', { parent: 'b' }, 'does not say what it stands on'],
  ['on another parent', { parent: { key: hex('f'), sha256: hex('c') } }, 'another parent than the plan'],
])('one %s does not count', (_, change, why) => {
  expect(changed(change)).toEqual({ refused: expect.stringContaining(why) as string });
});

test.each(['', '[]', 'null', '"x"', '{"kind":"LayerRecord"', layerRecordText(RECORD).slice(0, 100)])('%j is no record', (text) => {
  expect(parseLayerRecord(text, WANTED)).toEqual({ refused: 'its record is not JSON' });
});
