import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
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
export async function realRelease({ host }: Desk, storeDir: string, version = '2026.11.22-1'): Promise<Release> {
  const artifact = artifactOf(storeDir, `placeholder ${version}`);
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', 'compression_type=zstd', artifact.diskPath, String(DISK_BYTES)]);
  const writes = [
    ['write', '-P', '0xa5', '0', '1M'],
    ['write', '-P', '0x17', '5M', '65536'],
    ['write', '-P', '0xff', String(DISK_BYTES - 512), '512'],
  ];
  execFileSync('qemu-io', ['-f', 'qcow2', ...writes.flatMap((words) => ['-c', words.join(' ')]), artifact.diskPath], { stdio: 'ignore' });
  const bytes = readFileSync(artifact.diskPath);
  const real: Artifact = {
    ...artifact,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: statSync(artifact.diskPath).size,
    virtualSizeBytes: DISK_BYTES,
  };
  return addRelease(openStore(host, storeDir), real, version);
}

/** The content of a disk in any format that QEMU knows, without the zeros behind its end. */
export function contentOf(path: string, format: string, workDir: string): string {
  const rawPath = join(workDir, 'content.raw');
  execFileSync('qemu-img', ['convert', '-f', format, '-O', 'raw', path, rawPath]);
  return createHash('sha256').update(readFileSync(rawPath).subarray(0, DISK_BYTES)).digest('hex');
}

export { IMAGE_ID };
