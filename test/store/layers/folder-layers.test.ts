import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderLayers } from '../../../scripts/store/layers/folder-layers.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { digestText } from '../fixtures.ts';
import { layerShelfContract } from './layer-shelf-contract.ts';

layerShelfContract('a folder', () => {
  const host = fakeHost();
  return Promise.resolve(folderLayers(host, join(host.dir, 'layers')));
});

test('is flushed under a temporary name before it gets its own, and leaves nothing half-written', async () => {
  const host = fakeHost();
  const done: string[] = [];
  const dir = join(host.dir, 'layers');
  const files: typeof host.files = {
    ...host.files,
    sync: (path) => {
      done.push(`sync ${path.replace(/\.[0-9a-f]{12}\./, '.*.').slice(dir.length)}`);
      return host.files.sync(path);
    },
    rename: (from, to) => {
      done.push(`rename to ${to.slice(dir.length)}`);
      return host.files.rename(from, to);
    },
  };
  const shelf = folderLayers({ ...host, files }, dir);
  writeFileSync(join(host.dir, 'disk'), 'one');
  const disk = { path: join(host.dir, 'disk'), sizeBytes: 3, sha256: digestText('one'), title: 'the layer base' };
  await shelf.writeDisk('k/d.qcow2', disk);
  expect(done).toEqual(['sync /k/d.qcow2.*.partial', 'rename to /k/d.qcow2', 'sync /k']);
  await expect(shelf.writeDisk('k/e.qcow2', { ...disk, sha256: digestText('two') })).rejects.toThrow('not the one that was tested');
  expect(readdirSync(join(dir, 'k'))).toEqual(['d.qcow2']);
});

test('a link is neither a record nor a disk', async () => {
  const host = fakeHost();
  mkdirSync(join(host.dir, 'layers/k'), { recursive: true });
  writeFileSync(join(host.dir, 'elsewhere'), 'text');
  for (const name of ['layer.json', 'd.qcow2']) symlinkSync('../../elsewhere', join(host.dir, 'layers/k', name));
  const shelf = folderLayers(host, join(host.dir, 'layers'));
  expect([await shelf.readText('k/layer.json'), await shelf.sizeOf('k/d.qcow2')]).toEqual([undefined, undefined]);
});
