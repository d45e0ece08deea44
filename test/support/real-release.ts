import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Artifact } from '../../scripts/model/artifact.ts';
import type { Release } from '../../scripts/model/release.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';

/** Not a whole number of MiB: formats that need one have to round. */
export const DISK_BYTES = 9 * 2 ** 20 + 512 * 3;

/** A release whose disk is a real, small qcow2 with data at its beginning, in its middle and in its last sector. */
export async function realRelease(desk: Desk, storeDir: string, version = '2026.11.22-1'): Promise<Release> {
  return releaseOfDisk(desk, storeDir, { version, virtualSizeBytes: DISK_BYTES, make: writeSomeBytes });
}

export interface MadeDisk {
  readonly version: string;
  readonly virtualSizeBytes: number;
  /** Writes a qcow2 in the way of a finished disk. */
  readonly make: (path: string) => void;
}

/** A release of the disk that is made there. */
export async function releaseOfDisk({ host }: Desk, storeDir: string, { version, virtualSizeBytes, make }: MadeDisk): Promise<Release> {
  const artifact = artifactOf(storeDir, `placeholder ${version}`);
  make(artifact.diskPath);
  const real: Artifact = { ...artifact, ...measured(artifact.diskPath), virtualSizeBytes };
  return addRelease(openStore(host, storeDir), real, version);
}

/** Makes that disk, and says of it what a release does. */
export function realDisk(path: string): Pick<Release['disk'], 'sha256' | 'sizeBytes' | 'virtualSizeBytes' | 'compression'> {
  writeSomeBytes(path);
  return { ...measured(path), virtualSizeBytes: DISK_BYTES, compression: 'zstd' };
}

function measured(path: string): { readonly sha256: string; readonly sizeBytes: number } {
  const bytes = readFileSync(path);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
}

function writeSomeBytes(path: string): void {
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', 'compression_type=zstd', path, String(DISK_BYTES)]);
  const writes = [
    ['write', '-P', '0xa5', '0', '1M'],
    ['write', '-P', '0x17', '5M', '65536'],
    ['write', '-P', '0xff', String(DISK_BYTES - 512), '512'],
  ];
  execFileSync('qemu-io', ['-f', 'qcow2', ...writes.flatMap((words) => ['-c', words.join(' ')]), path], { stdio: 'ignore' });
}

/** The content of a disk in any format that QEMU knows, without the zeros behind its end. */
export function contentOf(path: string, format: string, workDir: string): string {
  const rawPath = join(workDir, 'content.raw');
  execFileSync('qemu-img', ['convert', '-f', format, '-O', 'raw', path, rawPath]);
  return createHash('sha256').update(readFileSync(rawPath).subarray(0, DISK_BYTES)).digest('hex');
}

export { IMAGE_ID };
