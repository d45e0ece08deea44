import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { withLock } from './lock.ts';

const NAME = /^sha256-([0-9a-f]{64})\.qcow2$/;
const DAY_MS = 24 * 60 * 60 * 1000;
const LOCK_WAIT_MS = 60_000;

/** A whole disk that was fetched from a store elsewhere, and kept by its content. */
export interface FetchedDisk {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export function fetchedDiskPath(host: Host, sha256: string): string {
  return join(cacheDir(host), `sha256-${sha256}.qcow2`);
}

/** Fetched disks that are at least so many days old. */
export async function oldFetchedDisks(host: Host, keepDays: number): Promise<readonly FetchedDisk[]> {
  const disks: FetchedDisk[] = [];
  for (const name of await host.files.list(cacheDir(host))) {
    const sha256 = NAME.exec(name)?.[1];
    const stat = sha256 === undefined ? undefined : await host.files.stat(join(cacheDir(host), name));
    if (sha256 !== undefined && stat?.kind === 'file' && host.clock.now().getTime() - stat.modifiedMs >= keepDays * DAY_MS)
      disks.push({ sha256, sizeBytes: stat.sizeBytes });
  }
  return disks;
}

/** Takes a fetched disk away once nobody fetches it. A VM that runs on it has a link of its own, and whoever wants it again fetches it again. */
export async function removeFetchedDisk(host: Host, { sha256 }: FetchedDisk): Promise<void> {
  const path = fetchedDiskPath(host, sha256);
  await withLock(host, `${path}.lock`, { purpose: 'remove a fetched disk', waitMs: LOCK_WAIT_MS }, () => host.files.remove(path));
}

function cacheDir({ facts }: Host): string {
  return join(facts.env['INGOT_BUILD_DIR'] || join(facts.projectDir, 'build'), 'cache', 'releases');
}
