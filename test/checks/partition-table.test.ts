import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { partitionTable, rootPartition, TABLE_BYTES } from '../../scripts/checks/partition-table.ts';

/** The first MiB of a disk that sfdisk made. */
function diskBy(script: string): Uint8Array {
  const path = join(mkdtempSync(join(tmpdir(), 'ingot-disk-')), 'disk.raw');
  writeFileSync(path, '');
  truncateSync(path, 512 * 2 ** 20);
  execFileSync('sfdisk', ['-q', path], { input: script });
  return readFileSync(path).subarray(0, TABLE_BYTES);
}

const MIB = 2 ** 20;

describe('partitionTable', () => {
  test('reads a GPT as distributions write it: root first or last, boot partitions beside it', () => {
    const head = diskBy(
      'label: gpt\nstart=262144, type=L, name=root\nstart=2048, size=6144, type=21686148-6449-6E6F-744E-656564454649\nstart=8192, size=253952, type=U\n',
    );
    const partitions = partitionTable(head);
    expect(partitions?.map(({ number, offsetBytes, linux }) => ({ number, offsetBytes, linux }))).toEqual([
      { number: 1, offsetBytes: 128 * MIB, linux: true },
      { number: 2, offsetBytes: 1 * MIB, linux: false },
      { number: 3, offsetBytes: 4 * MIB, linux: false },
    ]);
    expect(rootPartition(partitions ?? [])?.number).toBe(1);
  });

  test('reads an old-style table', () => {
    const partitions = partitionTable(diskBy('label: dos\nstart=2048, size=204800, type=83, bootable\nsize=409600, type=83\ntype=82\n'));
    expect(partitions?.map(({ sizeBytes }) => sizeBytes / MIB)).toEqual([100, 200, 211]);
    expect(rootPartition(partitions ?? [])?.number).toBe(2);
  });

  test('a root of its own type counts as Linux', () => {
    expect(rootPartition(partitionTable(diskBy('label: gpt\ntype=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n')) ?? [])?.number).toBe(1);
  });

  test('a disk for another system has no root', () => {
    expect(rootPartition(partitionTable(diskBy('label: dos\ntype=7\n')) ?? [])).toBeUndefined();
  });

  test.each<[string, Uint8Array]>([
    ['zeros', new Uint8Array(4096)],
    ['text', Buffer.from('not a disk\n'.repeat(500))],
    ['nothing', new Uint8Array()],
    ['a boot sector without partitions', Uint8Array.from({ length: 4096 }, (_, index) => (index === 510 ? 0x55 : index === 511 ? 0xaa : 0))],
    ['a table whose entries lie outside', damaged((view) => view.setBigUint64(512 + 72, 1_000_000n, true))],
    ['a table with too many entries', damaged((view) => view.setUint32(512 + 80, 4_000_000_000, true))],
    ['a table with entries of no size', damaged((view) => view.setUint32(512 + 84, 0, true))],
  ])('%s is no table', (_what, head) => {
    expect(partitionTable(head)).toBeUndefined();
  });
});

function damaged(change: (view: DataView) => void): Uint8Array {
  const head = Uint8Array.from(diskBy('label: gpt\ntype=L\n'));
  change(new DataView(head.buffer));
  return head;
}
