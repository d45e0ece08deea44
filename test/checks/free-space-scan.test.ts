import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeSpaceFunctions } from '../../scripts/checks/free-space-scan.ts';
import { DISK_TYPES, diskWithDeleted, OFFSET_BYTES, type DiskType, type MadeDisk } from '../support/disk-with-deleted.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';

const disks = new Map<string, MadeDisk>();
beforeAll(() => {
  for (const type of DISK_TYPES) {
    disks.set(`clean ${type}`, diskWithDeleted([], type));
    disks.set(`dirty ${type}`, diskWithDeleted([KEY, 'x'.repeat(9000)], type));
  }
}, 60_000);
afterAll(() => disks.forEach(({ remove }) => remove()));
const made = (kind: 'clean' | 'dirty', type: DiskType = 'ext4'): MadeDisk => disks.get(`${kind} ${type}`) ?? expect.unreachable();

/** What real tools say of a real disk; what comes before the call in the shell may spoil it. */
function ask(
  { path, partitionPath, type }: MadeDisk,
  { before = '', call = FILLED }: { readonly before?: string; readonly call?: string } = {},
): readonly string[] {
  const input = `export LC_ALL=C disk=${path} partition=${partitionPath} type=${type}; set -uo pipefail\n${freeSpaceFunctions()}${before}\n{ ${call}; } || echo failed\n`;
  return execFileSync('bash', ['-s'], { input, encoding: 'utf8' }).split('\n').slice(0, -1);
}

const PIECES = `ingot_free_pieces "$disk" qcow2 "$partition" "$type" ${OFFSET_BYTES}`;
const FILLED = `pieces=$(${PIECES}) && ingot_filled "$disk" qcow2 <<<"$pieces"`;

describe('ingot_free_pieces', () => {
  test.each(DISK_TYPES)('are within the partition, within a cluster and whole blocks: %s', (type) => {
    const pieces = ask(made('dirty', type), { call: PIECES }).map((line) => line.split(' ').map(Number));
    expect(pieces.length).toBeGreaterThan(0);
    for (const [at = 0, size = 0] of pieces) {
      expect(at).toBeGreaterThan(OFFSET_BYTES);
      expect([at % 4096, size % 4096]).toEqual([0, 0]);
      expect(Math.floor(at / 65_536)).toBe(Math.floor((at + size - 1) / 65_536));
    }
  });

  test.each([
    ['the free ranges cannot be listed', 'ingot_free_ranges() { return 1; }'],
    ['the disk cannot be read', 'qemu-img() { return 1; }'],
    ['awk is gone', 'awk() { return 127; }'],
  ])('fail when %s', (_title, before) => {
    expect(ask(made('dirty'), { before, call: PIECES }).at(-1)).toBe('failed');
  });
});

describe('ingot_filled', () => {
  test.each(DISK_TYPES)('finds the blocks of deleted files through the backing chain, and those only: %s', (type) => {
    const dirty = made('dirty', type);
    const found = ask(dirty).map((line) => line.split(' ').map(Number));
    expect(found.length).toBeGreaterThan(0);
    const bytes = found.map(([at = 0, size = 0]) =>
      execFileSync('dd', [`if=${dirty.rawPath}`, 'bs=4096', `skip=${at / 4096}`, `count=${size / 4096}`, 'status=none']),
    );
    expect(Buffer.concat(bytes).toString('latin1')).toContain(KEY);
    expect(Buffer.concat(bytes).toString('latin1')).not.toContain('kept');
  });

  test.each(DISK_TYPES)('finds nothing where nothing was deleted: %s', (type) => {
    const clean = made('clean', type);
    expect(ask(clean)).toEqual([]);
    expect(ask(clean, { call: PIECES }).length).toBeGreaterThan(0);
  });

  test.each(DISK_TYPES)('finds what only the overlay holds: %s', (type) => {
    const clean = made('clean', type);
    const [first = ''] = ask(clean, { call: PIECES });
    const [at] = first.split(' ');
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -q -P 65 ${at} 4096`, clean.path]);
    expect(ask(clean)).toEqual([first]);
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -q -z ${at} 4096`, clean.path]);
  });

  test.each([
    ['the disk cannot be read', 'qemu-io() { return 1; }'],
    ['it breaks off', 'qemu-io() { command qemu-io "$@" | head -n 1; }'],
    ['a read fails', 'qemu-io() { command qemu-io "$@" | sed "0,/read [0-9]/s/read [0-9]/read failed: /"; }'],
  ])('fails when %s', (_title, before) => {
    expect(ask(made('dirty'), { before }).at(-1)).toBe('failed');
  });
});
