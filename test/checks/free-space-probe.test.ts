import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeSpaceProbe } from '../../scripts/checks/free-space-probe.ts';
import { secretScanFunctions } from '../../scripts/checks/secret-scan.ts';
import { DISK_TYPES, diskWithDeleted, OFFSET_BYTES, type DiskType, type MadeDisk } from '../support/disk-with-deleted.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';

const TEXTS = [KEY, 'x'.repeat(9000), 'root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:1:0:9:7:::'];

const disks = new Map<string, MadeDisk>();
beforeAll(() => {
  for (const type of DISK_TYPES) {
    disks.set(`clean ${type}`, diskWithDeleted([], type));
    disks.set(`dirty ${type}`, diskWithDeleted(TEXTS, type));
  }
}, 60_000);
afterAll(() => disks.forEach(({ remove }) => remove()));
const made = (kind: 'clean' | 'dirty', type: DiskType): MadeDisk => disks.get(`${kind} ${type}`) ?? expect.unreachable();

/** What the probe prints of a disk that is shown as a file; what comes before it in the shell may spoil it. */
function found({ dir, path, partitionPath, type }: MadeDisk, before = ''): readonly string[] {
  const scratch = join(dir, 'scratch');
  mkdirSync(join(scratch, 'root'), { recursive: true });
  const lines = [
    'set -uo pipefail',
    'export LC_ALL=C',
    `ingot_scratch=${scratch} INGOT_SCRATCH=${scratch} ingot_disk=${path} ingot_format=qcow2 ingot_offset=${OFFSET_BYTES} ingot_type=${type}`,
    `cp ${partitionPath} ${scratch}/partition`,
    // Not mounted here: the block size of what is.
    'stat() { echo 4096; }',
    `${secretScanFunctions()}${freeSpaceProbe()}${before}`,
    'free_space_found 2>&1 || echo "exit $?"',
  ];
  return execFileSync('bash', ['-s'], { input: `${lines.join('\n')}\n`, encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('free_space_found', () => {
  test.each(DISK_TYPES)('says only that it searched where nothing was deleted: %s', (type) => {
    expect(found(made('clean', type))).toEqual(['searched']);
  });

  test.each(DISK_TYPES)('counts the blocks of deleted files, names the first, and says what kinds of secrets are in them: %s', (type) => {
    const dirty = made('dirty', type);
    const [blocks = '', kinds, last, ...more] = found(dirty);
    expect([kinds, last, ...more]).toEqual(['among it: password-hash private-key', 'searched']);
    const [, count = '', first = ''] = /^free blocks that hold data: (\d+), from block (\d+)/.exec(blocks) ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(5);
    expect(ownerOf(dirty, Number(first))).toMatch(/not in use|type free/);
  });

  test('knows nothing of a file system that it cannot look into, which is neither clean nor dirty', () => {
    expect(found(made('clean', 'ext4'), 'ingot_type=btrfs')).toEqual(['the free space of btrfs is not looked into', 'exit 127']);
  });

  test('knows nothing of XFS without the tools for it, and says where they are', () => {
    const gone = 'command() { [[ $* != "-v xfs_db" ]] && builtin command "$@"; }';
    expect(found(made('clean', 'xfs'), gone)).toEqual(['its file system is XFS: install xfsprogs on the host', 'exit 127']);
  });

  test.each([
    ['the free blocks cannot be listed', 'dumpe2fs() { return 1; }'],
    ['they cannot be read', 'qemu-io() { return 1; }'],
    ['the disk cannot be read', 'qemu-img() { return 1; }'],
  ])('says that it knows nothing when %s', (_title, before) => {
    expect(found(made('clean', 'ext4'), before)).toEqual(['the search broke off', 'exit 1']);
  });
});

/** What the file system's own tool says of a block. */
function ownerOf({ type, partitionPath }: MadeDisk, block: number): string {
  const argv = {
    ext4: ['debugfs', '-R', `testb ${block}`, partitionPath],
    xfs: ['xfs_db', '-r', '-f', '-c', 'blockget -n', '-c', `daddr ${block * 8}`, '-c', 'blockuse', partitionPath],
  } as const;
  const [tool, ...args] = argv[type];
  return execFileSync(tool, args, { encoding: 'utf8', stdio: 'pipe' });
}
