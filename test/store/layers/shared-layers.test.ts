import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../../scripts/host/host.ts';
import { localHost } from '../../../scripts/host/local-host.ts';
import type { LayerRecord } from '../../../scripts/model/layer-record.ts';
import { embedSignature } from '../../../scripts/plan/embedded-signature.ts';
import { layerRecordText } from '../../../scripts/plan/layer-record.ts';
import { folderLayers } from '../../../scripts/store/layers/folder-layers.ts';
import { sharedLayers, type SharedLayers } from '../../../scripts/store/layers/shared-layers.ts';
import { makeSshKey } from '../../../scripts/tools/ssh.ts';
import { publicKeyOf, signWithSsh } from '../../../scripts/tools/ssh-keygen.ts';
import { fakeHost, refusing } from '../../support/fake-host.ts';
import { digestText } from '../fixtures.ts';

const keys = fakeHost().dir;
const [mine, other] = [join(keys, 'mine'), join(keys, 'other')];
const hostIn = (dir: string): Host => localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
let signers = '';
beforeAll(async () => {
  for (const path of [mine, other]) await makeSshKey(hostIn(keys), path);
  signers = `tess ${await publicKeyOf(hostIn(keys), mine)}\n`;
});

const hex = (digit: string): string => digit.repeat(64);
const WANTED = { key: hex('a'), name: 'configure', parentKey: hex('b') };

interface Place {
  readonly host: Host;
  /** Of the layer. */
  readonly dir: string;
  readonly layers: SharedLayers;
  readonly record: LayerRecord;
  readonly diskPath: string;
  readonly share: (change?: Partial<LayerRecord>) => Promise<LayerRecord | undefined>;
  /** Writes a record as somebody would who does not use this program. */
  readonly forge: (change: object, keyPath?: string, kind?: 'layer' | 'release') => Promise<void>;
  readonly bring: () => Promise<void>;
  readonly broughtPath: string;
}

/** A folder of shared layers, and one layer that is to be shared. */
function setUp(content = 'the bytes of a layer'): Place {
  const { dir: root } = fakeHost();
  const host = hostIn(root);
  const layers = sharedLayers(host, folderLayers(host, join(root, 'layers')), { signers, keyPath: mine });
  const diskPath = join(root, 'disk');
  writeFileSync(diskPath, content);
  const record: LayerRecord = {
    ...{ kind: 'LayerRecord', schemaVersion: 1, key: WANTED.key, name: 'configure', imageId: 'shop', parent: { key: hex('b'), sha256: hex('c') } },
    ...{ sha256: digestText(content), sizeBytes: content.length },
  };
  const dir = join(root, 'layers', WANTED.key);
  const broughtPath = join(root, 'brought');
  return {
    ...{ host, dir, layers, record, diskPath, broughtPath },
    share: async (change = {}) => layers.share?.({ ...record, ...change }, diskPath),
    forge: async (change, keyPath = mine, kind = 'layer') => {
      const text = layerRecordText({ ...record, ...change });
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'layer.json'), embedSignature(text, await signWithSsh(host, { keyPath, kind, text })));
    },
    bring: () => layers.bring(record, broughtPath),
  };
}

describe('a layer that was shared', () => {
  test('is found, and comes byte for byte', async () => {
    const { share, layers, record, bring, broughtPath, dir } = setUp();
    expect(await layers.find(WANTED)).toBeUndefined();
    expect(await share()).toEqual(record);
    expect(readdirSync(dir).toSorted()).toEqual([`${record.sha256}.qcow2`, 'layer.json']);
    expect(await layers.find(WANTED)).toEqual({ record });
    await bring();
    expect(readFileSync(broughtPath, 'utf8')).toBe('the bytes of a layer');
  });

  test('is never written by who may only read', () => {
    const { host, dir } = setUp();
    expect(sharedLayers(host, folderLayers(host, dir), { signers }).share).toBeUndefined();
  });
});

describe('a record that does not count', () => {
  test.each<readonly [string, (place: Place) => Promise<void> | void, string]>([
    ['signed by another', ({ forge }) => forge({}, other), 'no key that is trusted has signed it'],
    ['signed for another purpose', ({ forge }) => forge({}, mine, 'release'), 'signature'],
    ['without a signature', ({ dir, record }) => writeFileSync(join(dir, 'layer.json'), layerRecordText(record)), 'it is not signed'],
    ['changed after it was signed', ({ dir }) => edit(dir, (text) => text.replace('"sizeBytes": 20', '"sizeBytes": 21')), 'signature'],
    ['torn', ({ dir }) => edit(dir, (text) => text.slice(0, 300)), 'it is not signed'],
    ['that names a path', ({ forge }) => forge({ sha256: '../../key' }), 'damaged'],
    ['of absurd size', ({ forge }) => forge({ sizeBytes: 2 ** 50 }), 'which no layer has'],
    ['of a later schema', ({ forge }) => forge({ schemaVersion: 2 }), 'not known here'],
    ['of another layer', ({ forge }) => forge({ key: hex('e') }), 'another layer'],
  ])('one %s', async (_, spoil, why) => {
    const place = setUp();
    await place.share();
    await spoil(place);
    expect(await place.layers.find(WANTED)).toEqual({ refused: expect.stringContaining(why) as string });
  });
});

describe('bytes that are not those of the record', () => {
  test.each<readonly [string, (path: string) => void, string]>([
    ['flipped', (path) => writeFileSync(path, 'The bytes of a layer'), 'its bytes are not those of its record'],
    ['cut off', (path) => truncateSync(path, 5), 'it has 5 bytes instead of 20'],
    ['more', (path) => writeFileSync(path, 'the bytes of a layer and more'), 'it has 29 bytes instead of 20'],
    ['gone', (path) => rmSync(path), 'its bytes are not there any more'],
  ])('%s', async (_, spoil, why) => {
    const { share, bring, dir, record } = setUp();
    await share();
    spoil(join(dir, `${record.sha256}.qcow2`));
    await expect(bring()).rejects.toMatchObject({ what: expect.stringContaining(why) as string });
  });

  test('are not fetched where there is no space for them', async () => {
    const { host, dir, record, share, broughtPath } = setUp();
    await share();
    const full = { ...host, files: { ...host.files, freeBytes: () => Promise.resolve(2 ** 30) } };
    const layers = sharedLayers(full, folderLayers(full, join(dir, '..')), { signers });
    await expect(layers.bring(record, broughtPath)).rejects.toThrow('there is no space for its 20 bytes');
  });
});

test('a disk of ours that is full is named, and not the place that the bytes come from', async () => {
  const { host, dir, record, share, broughtPath } = setUp();
  await share();
  const full = refusing(host, Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  const layers = sharedLayers(full, folderLayers(full, join(dir, '..')), { signers });
  await expect(layers.bring(record, broughtPath)).rejects.toMatchObject({ code: 'NO_SPACE', what: `No space is left in ${dirname(broughtPath)}` });
});

describe('two that share the same key', () => {
  test('the first stays, and the second is told which that was', async () => {
    const first = setUp();
    await first.share();
    writeFileSync(first.diskPath, 'other bytes of it');
    const second = { sha256: digestText('other bytes of it'), sizeBytes: 17 };
    expect(await first.share(second)).toEqual(first.record);
    expect(await first.layers.find(WANTED)).toEqual({ record: first.record });
  });

  test('one that loses the race while it sends its bytes takes the other’s word', async () => {
    const { host, dir, record, diskPath, forge } = setUp();
    const shelf = folderLayers(host, join(dir, '..'));
    const winner = { sha256: digestText('winner'), sizeBytes: 6 };
    const racing = {
      ...shelf,
      writeDisk: async (...args: Parameters<typeof shelf.writeDisk>) => {
        await shelf.writeDisk(...args);
        await forge(winner);
        writeFileSync(join(dir, `${winner.sha256}.qcow2`), 'winner');
      },
    };
    expect(await sharedLayers(host, racing, { signers, keyPath: mine }).share?.(record, diskPath)).toEqual({ ...record, ...winner });
  });

  test('a record that does not count, or whose bytes have expired, is replaced', async () => {
    const { share, forge, layers, record, dir } = setUp();
    await forge({}, other);
    expect(await share()).toEqual(record);
    expect(await layers.find(WANTED)).toEqual({ record });
    rmSync(join(dir, `${record.sha256}.qcow2`));
    await share();
    expect(readdirSync(dir)).toContain(`${record.sha256}.qcow2`);
  });

  test('the record comes after the bytes: when these cannot be written, it is not', async () => {
    const { share, dir } = setUp();
    await expect(share({ sha256: hex('d') })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('nothing is sent that no reader would take', async () => {
    const { host, dir, record, diskPath } = setUp();
    const layers = sharedLayers(host, folderLayers(host, join(dir, '..')), { signers, keyPath: other });
    await expect(layers.share?.(record, diskPath)).rejects.toThrow('no reader would take it: the signature of its record does not count');
    expect(await layers.find(WANTED)).toBeUndefined();
  });
});

function edit(dir: string, change: (text: string) => string): void {
  const path = join(dir, 'layer.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
