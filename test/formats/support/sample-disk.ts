import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 2 ** 20;
/** Not whole MiB, and more than one table of a VMDK. */
export const SAMPLE_BYTES = 96 * MIB + 512 * 3;

/** A disk in the shape of a finished one: GPT, room for boot loaders, an ext4 root with files that do and that do not compress; most of it is holes. */
export function makeSampleDisk(path: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'sample-'));
  const [raw, root] = [join(dir, 'disk.raw'), join(dir, 'root')];
  for (const name of ['etc', 'boot', 'var/log']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'etc/hostname'), 'sample\n');
  writeFileSync(join(root, 'boot/vmlinuz'), randomBytes(3 * MIB));
  writeFileSync(join(root, 'var/log/syslog'), 'a line that compresses well\n'.repeat(100_000));
  writeFileSync(raw, '');
  truncateSync(raw, SAMPLE_BYTES);
  execFileSync('sgdisk', ['-n', '14:2048:+3M', '-t', '14:EF02', '-n', '15:0:+8M', '-t', '15:EF00', '-n', '1:0:0', '-t', '1:8304', raw], { stdio: 'ignore' });
  const startMiB = 12;
  execFileSync('mke2fs', [
    '-q',
    '-t',
    'ext4',
    '-d',
    root,
    '-E',
    `offset=${startMiB * MIB}`,
    raw,
    `${SAMPLE_BYTES / MIB - startMiB - 1}M`.replace(/\..*M/, 'M'),
  ]);
  execFileSync('qemu-img', ['convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', 'compression_type=zstd,cluster_size=256K', raw, path]);
  rmSync(dir, { recursive: true });
}
