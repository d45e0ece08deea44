import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCopyingDaemon } from '../support/copying-daemon.ts';
import { DISK_TYPES, diskWithDeleted, type DiskType, type MadeDisk } from '../support/disk-with-deleted.ts';
import { PROJECT_DIR } from '../support/fake-disks.ts';

const STATUS = `Package: nginx
Status: install ok installed
Version: 1.22
Architecture: amd64

Package: removed
Status: deinstall ok config-files
Version: 1
Architecture: amd64

Package: bash
Status: install ok installed
Version: 5.2
Architecture: amd64
`;

const disks = new Map<DiskType, MadeDisk>();
beforeAll(() => {
  for (const type of DISK_TYPES) {
    const disk = diskWithDeleted([], type);
    disks.set(type, disk);
    addCopyingDaemon(disk);
  }
  const { dir, partitionPath } = made('ext4');
  writeFileSync(join(dir, 'status'), STATUS);
  for (const command of ['mkdir /var', 'mkdir /var/lib', 'mkdir /var/lib/dpkg', `write ${join(dir, 'status')} /var/lib/dpkg/status`]) {
    execFileSync('debugfs', ['-w', '-R', command, partitionPath], { stdio: 'pipe' });
  }
}, 60_000);
afterAll(() => disks.forEach(({ remove }) => remove()));
const made = (type: DiskType): MadeDisk => disks.get(type) ?? expect.unreachable();

interface Checked {
  readonly status: number | null;
  readonly stderr: string;
  readonly workDir: string;
}

/** Checks a disk; what comes first in the shell may spoil it. */
function check(type: DiskType, spoilt = ''): Checked {
  const { dir, path } = made(type);
  const workDir = mkdtempSync(join(dir, 'work-'));
  const { status, stderr } = spawnSync('bash', ['-c', `${spoilt}\n. ${PROJECT_DIR}/packer/check-disk.sh`], {
    encoding: 'utf8',
    // A socket on its standard input would make bash read the start-up files of whoever runs the tests.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${dir}:${process.env['PATH'] ?? ''}`, DISK: path, WORK_DIR: workDir },
  });
  return { status, stderr, workDir };
}

describe('check-disk.sh', () => {
  test.each([
    ['ext4', 'bash 5.2 amd64\nnginx 1.22 amd64\n'],
    ['xfs', ''],
  ] as const)('finds a whole %s, and leaves the list of its packages, as far as it can be read, and nothing that is shown', (type, packages) => {
    const { status, stderr, workDir } = check(type);
    expect([status, stderr]).toEqual([0, '']);
    expect(readFileSync(join(workDir, 'packages.txt'), 'utf8')).toBe(packages);
    expect(readdirSync(workDir).toSorted()).toEqual(['fsck.log', 'packages.txt']);
  });

  test.each<[string, DiskType, string, RegExp]>([
    ['ext4 is not whole', 'ext4', 'e2fsck() { echo UNEXPECTED INCONSISTENCY; return 4; }', /UNEXPECTED INCONSISTENCY/],
    ['XFS is not whole', 'xfs', 'xfs_repair() { echo sb_fdblocks 3, counted 4; return 1; }', /sb_fdblocks 3, counted 4/],
    ['the log of XFS holds something', 'xfs', 'xfs_repair() { echo ALERT: valuable metadata changes in a log which is being; }', /was not unmounted/],
    ['the tools for XFS are missing', 'xfs', 'command() { [[ $* != "-v xfs_repair" ]] && builtin command "$@"; }', /install xfsprogs on the host/],
    ['it is another file system', 'ext4', 'blkid() { echo btrfs; }', /neither ext nor XFS/],
    ['the disk cannot be shown', 'ext4', 'setpriv() { return 1; }', /the storage daemon did not start/],
  ])('fails when %s, and says so', (_title, type, spoilt, reason) => {
    const { status, stderr, workDir } = check(type, spoilt);
    expect(status).toBe(1);
    expect(stderr).toMatch(reason);
    expect(readdirSync(workDir)).not.toContain('exported');
  });

  test('finds what is wrong with a real XFS', () => {
    const { dir, partitionPath } = made('xfs');
    const brokenDir = join(dir, 'broken');
    mkdirSync(brokenDir);
    const broken = { ...made('xfs'), dir: brokenDir, partitionPath: join(brokenDir, 'partition') };
    execFileSync('cp', [partitionPath, broken.partitionPath]);
    execFileSync('xfs_db', ['-x', '-f', '-c', 'sb 0', '-c', 'write fdblocks 7', broken.partitionPath], { stdio: 'pipe' });
    addCopyingDaemon(broken);
    const { status, stderr } = check('xfs', `PATH=${brokenDir}:$PATH`);
    expect(status).toBe(1);
    expect(stderr).toContain('sb_fdblocks 7, counted');
  });
});
