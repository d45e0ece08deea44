import { expect, test } from 'vitest';
import { DISK_FORMATS, diskFormat, sizeIn } from '../../scripts/plan/disk-formats.ts';

test('every format has a name of its own', () => {
  expect(new Set(DISK_FORMATS.map(({ id }) => id)).size).toBe(DISK_FORMATS.length);
  for (const { id } of DISK_FORMATS) expect(diskFormat(id).id).toBe(id);
});

test('a slip is answered with the right word', () => {
  expect(() => diskFormat('vmkd')).toThrow(expect.objectContaining({ code: 'USAGE', what: expect.stringContaining('did you mean vmdk?') as string }) as Error);
});

test('a size is rounded up where a reader needs it, and is never smaller than it was', () => {
  expect(sizeIn(diskFormat('vhd'), 3 * 2 ** 20 + 1)).toBe(4 * 2 ** 20);
  expect(sizeIn(diskFormat('vhd'), 3 * 2 ** 20)).toBe(3 * 2 ** 20);
  expect(sizeIn(diskFormat('vmdk'), 1024)).toBe(2 ** 20);
  expect(sizeIn(diskFormat('qcow2'), 1024)).toBe(1024);
  for (const format of DISK_FORMATS) expect(sizeIn(format, 9_999_872)).toBeGreaterThanOrEqual(9_999_872);
});
