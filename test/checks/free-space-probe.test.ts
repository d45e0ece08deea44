import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeSpaceProbe } from '../../scripts/checks/free-space-probe.ts';
import { secretScanFunctions } from '../../scripts/checks/secret-scan.ts';
import { diskWithDeleted, OFFSET_BYTES, type MadeDisk } from '../support/disk-with-deleted.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';

let clean: MadeDisk;
let dirty: MadeDisk;
beforeAll(() => {
  clean = diskWithDeleted([]);
  dirty = diskWithDeleted([KEY, 'x'.repeat(9000), 'root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:1:0:9:7:::']);
}, 60_000);
afterAll(() => [clean, dirty].forEach(({ remove }) => remove()));

/** What the probe prints of a disk that is shown as a file; what comes before it in the shell may spoil it. */
function found({ dir, path, rawPath }: MadeDisk, before = ''): readonly string[] {
  const scratch = join(dir, 'scratch');
  mkdirSync(join(scratch, 'root'), { recursive: true });
  const lines = [
    'set -uo pipefail',
    'export LC_ALL=C',
    `ingot_scratch=${scratch} INGOT_SCRATCH=${scratch} ingot_disk=${path} ingot_format=qcow2 ingot_offset=${OFFSET_BYTES} ingot_type=ext4`,
    `cp ${rawPath} ${scratch}/disk`,
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
  test('says only that it searched where nothing was deleted', () => {
    expect(found(clean)).toEqual(['searched']);
  });

  test('counts the blocks of deleted files, names the first, and says what kinds of secrets are in them', () => {
    const [blocks = '', kinds, last, ...more] = found(dirty);
    expect([kinds, last, ...more]).toEqual(['among it: password-hash private-key', 'searched']);
    const [, count = '', first = ''] = /^free blocks that hold data: (\d+), from block (\d+)/.exec(blocks) ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(5);
    const owner = execFileSync('debugfs', ['-R', `testb ${first}`, `${dirty.rawPath}?offset=${OFFSET_BYTES}`], { encoding: 'utf8', stdio: 'pipe' });
    expect(owner).toContain('not in use');
  });

  test('knows nothing of a file system that it cannot look into, which is neither clean nor dirty', () => {
    expect(found(clean, 'ingot_type=xfs')).toEqual(['the free space of xfs is not looked into', 'exit 127']);
  });

  test.each([
    ['the free blocks cannot be listed', 'dumpe2fs() { return 1; }'],
    ['they cannot be read', 'qemu-io() { return 1; }'],
    ['the disk cannot be read', 'qemu-img() { return 1; }'],
  ])('says that it knows nothing when %s', (_title, before) => {
    expect(found(clean, before)).toEqual(['the search broke off', 'exit 1']);
  });
});
