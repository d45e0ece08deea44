import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { withLock } from './lock.ts';

const NAME = /^sha256-([0-9a-f]{64})\.qcow2$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A whole disk that was fetched from a store elsewhere, and kept by its content. */
export interface FetchedDisk {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export function fetchedDiskPath(host: Host, sha256: string): string {
  return join(cacheDir(host), `sha256-${sha256}.qcow2`);
}

/** Fetched disks that nobody has wanted for so many days. */
export async function unusedFetchedDisks(host: Host, keepDays: number): Promise<readonly FetchedDisk[]> {
  const disks: FetchedDisk[] = [];
  for (const name of await host.files.list(cacheDir(host))) {
    const sha256 = NAME.exec(name)?.[1];
    const sizeBytes = sha256 === undefined ? undefined : await sizeOfUnused(host, sha256, keepDays);
    if (sha256 !== undefined && sizeBytes !== undefined) disks.push({ sha256, sizeBytes });
  }
  return disks;
}

/**
 * Takes away the fetched disks that nobody has wanted for so many days, and says which went; one that is being fetched or hashed now stays. A VM that runs on one has a
 * link of its own, and whoever wants it again fetches it again.
 */
export async function removeUnusedFetchedDisks(host: Host, keepDays: number): Promise<readonly FetchedDisk[]> {
  const removed: FetchedDisk[] = [];
  for (const disk of await unusedFetchedDisks(host, keepDays)) if (await removeIfUnused(host, disk, keepDays)) removed.push(disk);
  return removed;
}

async function removeIfUnused(host: Host, { sha256 }: FetchedDisk, keepDays: number): Promise<boolean> {
  const path = fetchedDiskPath(host, sha256);
  try {
    return await withLock(host, `${path}.lock`, { purpose: 'remove a fetched disk' }, async () => {
      // Somebody may have used it since the folder was read.
      if ((await sizeOfUnused(host, sha256, keepDays)) === undefined) return false;
      await host.files.remove(path);
      return true;
    });
  } catch (error) {
    if (error instanceof BakeError && error.code === 'BUSY') return false;
    throw error;
  }
}

async function sizeOfUnused(host: Host, sha256: string, keepDays: number): Promise<number | undefined> {
  const stat = await host.files.stat(fetchedDiskPath(host, sha256));
  if (stat?.kind !== 'file') return undefined;
  return host.clock.now().getTime() - stat.modifiedMs >= keepDays * DAY_MS ? stat.sizeBytes : undefined;
}

function cacheDir({ facts }: Host): string {
  return join(facts.env['INGOT_BUILD_DIR'] || join(facts.projectDir, 'build'), 'cache', 'releases');
}
