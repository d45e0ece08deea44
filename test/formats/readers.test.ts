import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { DISK_FORMATS, diskFormat, sizeIn } from '../../scripts/plan/disk-formats.ts';
import { changeByte } from './support/change-byte.ts';
import { dissect, libyal, printed, sevenZip, type Reader } from './support/readers.ts';
import { subject, type Subject } from './support/subject.ts';

/** Programs that share no code with QEMU, by the format that each is asked about. */
const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  qcow2: { dissect: dissect('qcow2') },
  'qcow2-zlib': { libqcow: libyal('qcowmount'), '7-Zip': sevenZip('qcow'), dissect: dissect('qcow2') },
  'raw.zst': { zstd: (path) => printed(['zstd', '-q', '-dc', path]), '7-Zip': sevenZip('zstd') },
  vmdk: { libvmdk: libyal('vmdkmount'), '7-Zip': sevenZip('vmdk'), dissect: dissect('vmdk') },
  vhdx: { libvhdi: libyal('vhdimount'), '7-Zip': sevenZip('vhdx'), dissect: dissect('vhdx') },
  vhd: { libvhdi: libyal('vhdimount'), '7-Zip': sevenZip('vhd'), dissect: dissect('vhd') },
};
/** These are packed in more, and have tests of their own: test/formats/appliance.test.ts, and skopeo in test/pipelines. */
const ELSEWHERE = ['ova', 'containerdisk'];

let place: Subject;
beforeAll(async () => {
  place = await subject();
});

test('no format is without a reader', () => {
  expect([...Object.keys(READERS), ...ELSEWHERE].toSorted()).toEqual(DISK_FORMATS.map(({ id }) => id).toSorted());
});

test.each(Object.entries(READERS))('%s holds the disk of the release, in every reader’s eyes', async (id, readers) => {
  const path = await place.exported(id);
  const expected = await place.content(sizeIn(diskFormat(id), place.release.disk.virtualSizeBytes));
  const found = new Map<string, unknown>();
  for (const [name, read] of Object.entries(readers)) found.set(name, await read(path));
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.keys(readers).map((name) => [name, expected])));
});

test('Azure’s disk is fixed, has whole MiB, and says its size itself', async () => {
  const path = await place.exported('vhd');
  const said = execFileSync('7zz', ['l', '-slt', '-tvhd', path], { encoding: 'utf8' });
  const sizeBytes = Number(/^Size = (\d+)$/m.exec(said)?.[1]);
  expect(said).toMatch(/^Method = Fixed$/m);
  // What Hyper-V goes by: for this creator it takes the size, not the cylinders.
  expect(said).toMatch(/^Creator Application = qem2 /m);
  expect(sizeBytes % 2 ** 20).toBe(0);
  expect(statSync(path).size).toBe(sizeBytes + 512);
});

test('raw.zst says its size, and is unpacked with as little memory as every reader has', async () => {
  const path = await place.exported('raw.zst');
  const said = execFileSync('zstd', ['-lv', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(said).toContain(`(${place.release.disk.virtualSizeBytes} B)`);
  expect(said).toMatch(/^Zstandard Frames: 1$|^# Zstandard Frames: 1$/m);
  // RFC 8878: what every decoder has to take.
  expect(Number(/^Window Size: .*\((\d+) B\)$/m.exec(said)?.[1])).toBeLessThanOrEqual(8 * 2 ** 20);
});

const FIRST_GRAIN = 128 * 512;
const CHANGES: readonly (readonly [string, string, (sizeBytes: number) => number])[] = [
  ['vmdk', 'libvmdk', () => FIRST_GRAIN + 100],
  ['vmdk', '7-Zip', () => FIRST_GRAIN + 100],
  ['vmdk', 'dissect', () => FIRST_GRAIN + 100],
  ['vmdk', '7-Zip', (sizeBytes) => sizeBytes - 3 * 512 + 12],
  ['vhdx', 'libvhdi', (sizeBytes) => sizeBytes / 2],
  ['vhd', 'libvhdi', () => 2 ** 20],
  ['vhd', '7-Zip', (sizeBytes) => sizeBytes - 512 + 50],
  ['qcow2', 'dissect', () => 3 * 2 ** 20],
  ['qcow2-zlib', 'libqcow', () => 3 * 2 ** 20],
  ['qcow2-zlib', '7-Zip', () => 3 * 2 ** 20],
  ['raw.zst', '7-Zip', (sizeBytes) => sizeBytes - 1],
];

test.each(CHANGES)('one changed byte of %s is seen by %s', async (id, name, at) => {
  // Under the name of the whole one: libvmdk goes by the name that is inside.
  const [dir, read, path] = [join(place.outDir, 'torn'), READERS[id]?.[name], await place.exported(id)];
  const torn = join(dir, basename(path));
  mkdirSync(dir);
  execFileSync('cp', ['--sparse=always', path, torn]);
  await changeByte(torn, at(statSync(torn).size));
  const found = await read?.(torn).catch(() => 'refused');
  rmSync(dir, { recursive: true });
  expect(found).toBeDefined();
  expect(found).not.toEqual(await read?.(path));
});
