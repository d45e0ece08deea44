import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partitionTable, rootPartition } from '../../scripts/checks/partition-table.ts';

const MIB = 2 ** 20;

/** Whether this host can show a disk's partitions: root, FUSE exports and loop devices. */
export const SHOWS_DISKS = process.getuid?.() === 0 && existsSync('/dev/fuse') && existsSync('/dev/loop-control');

export interface BootPartitionDisk {
  readonly diskPath: string;
  readonly table: NonNullable<ReturnType<typeof partitionTable>>;
  readonly root: NonNullable<ReturnType<typeof rootPartition>>;
}

/** A disk as vendors of cloud images lay it out: /boot on a partition of its own, which the root's fstab names as `source`. What lies in `root.tree` already comes along. */
export function bootPartitionDisk(dir: string, source: string): BootPartitionDisk {
  const [raw, diskPath] = [join(dir, 'made.raw'), join(dir, 'made.qcow2')];
  const fill = (name: string, files: Readonly<Record<string, string>>): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(dir, name, path, '..'), { recursive: true });
      writeFileSync(join(dir, name, path), text);
    }
    return join(dir, name);
  };
  const rootTree = fill('root.tree', { 'etc/fstab': `LABEL=sys / ext4 defaults 0 1\n${source} /boot ext4 defaults 0 2\n`, 'boot/.keep': '' });
  const bootTree = fill('boot.tree', {
    'grub2/grubenv': 'kernelopts=quiet\n',
    'loader/entries/one.conf': 'options $kernelopts\n',
    'old.pem': '-----BEGIN PRIVATE KEY-----\nMIIB\n',
  });
  execFileSync('truncate', ['-s', `${64 * MIB}`, raw]);
  execFileSync('sfdisk', ['-q', raw], {
    input: 'label: gpt\nstart=2048, size=16384, type=L, uuid=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE\nstart=18432, size=81920, type=L\n',
  });
  const make = (at: number, size: number, options: readonly string[]): unknown =>
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-E', `offset=${at}`, ...options, raw, `${size / 1024}k`], { stdio: 'pipe' });
  make(MIB, 8 * MIB, ['-d', bootTree, '-L', 'BOOT', '-U', '11111111-2222-4333-8444-555555555555', '-b', '1024']);
  make(9 * MIB, 40 * MIB, ['-d', rootTree, '-L', 'sys', '-b', '4096']);
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, diskPath]);
  const table = partitionTable(execFileSync('head', ['-c', `${MIB}`, raw], { maxBuffer: 4 * MIB })) ?? [];
  rmSync(raw);
  const root = rootPartition(table);
  if (root === undefined) throw new Error('the disk that was made has no root');
  return { diskPath, table, root };
}
