import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LayerShelf, SharedDisk } from '../../../scripts/store/layers/layer-shelf.ts';
import { MOST_RECORD_BYTES } from '../../../scripts/plan/layer-record.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { digestText } from '../fixtures.ts';

const MIB = 2 ** 20;

/** What every place that holds shared layers promises; the same tests for all of them. */
export function layerShelfContract(name: string, newShelf: () => Promise<LayerShelf>): void {
  test(`${name}: what is not there is not there, and a place that nothing was written to is empty`, async () => {
    const shelf = await newShelf();
    expect(await shelf.readText('k/layer.json')).toBeUndefined();
    expect(await shelf.sizeOf('k/d.qcow2')).toBeUndefined();
  });

  test(`${name}: of two that write the same text first, one wins, and the other is told`, async () => {
    const shelf = await newShelf();
    const won = await Promise.all(['one', 'two', 'three'].map((text) => shelf.replaceText('k/layer.json', text, undefined)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await shelf.readText('k/layer.json'))?.text).toBe(['one', 'two', 'three'][won.indexOf(true)]);
  });

  test(`${name}: a text is replaced only over the one that was read`, async () => {
    const shelf = await newShelf();
    await shelf.replaceText('k/layer.json', 'one', undefined);
    const read = await shelf.readText('k/layer.json');
    expect(await shelf.replaceText('k/layer.json', 'two', read)).toBe(true);
    expect(await shelf.replaceText('k/layer.json', 'three', read)).toBe(false);
    expect((await shelf.readText('k/layer.json'))?.text).toBe('two');
  });

  test(`${name}: of a text that is too long no more is read than it takes to refuse it`, async () => {
    const shelf = await newShelf();
    await shelf.replaceText('k/layer.json', 'x'.repeat(5 * MOST_RECORD_BYTES), undefined);
    expect((await shelf.readText('k/layer.json'))?.text).toHaveLength(MOST_RECORD_BYTES);
  });

  test(`${name}: a disk comes byte for byte, from any offset on`, async () => {
    const shelf = await newShelf();
    const content = '0123456789abcdef'.repeat((9 * MIB) / 16 + 1);
    await shelf.writeDisk('k/d.qcow2', diskOf(content));
    expect(await shelf.sizeOf('k/d.qcow2')).toBe(content.length);
    for (const offset of [0, 7, 8 * MIB + 3]) expect(digestText(await textFrom(shelf, offset))).toBe(digestText(content.slice(offset)));
  });

  test(`${name}: bytes that are not the promised ones get no name`, async () => {
    const shelf = await newShelf();
    await expect(shelf.writeDisk('k/d.qcow2', { ...diskOf('one'), sha256: digestText('two') })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect(await shelf.sizeOf('k/d.qcow2')).toBeUndefined();
  });
}

function diskOf(content: string): SharedDisk {
  const path = join(mkdtempSync(join(fakeHost().dir, 'disk-')), 'disk.qcow2');
  writeFileSync(path, content);
  return { path, sizeBytes: content.length, sha256: digestText(content), title: 'the layer configure' };
}

async function textFrom(shelf: LayerShelf, offset: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await shelf.open('k/d.qcow2', offset)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
