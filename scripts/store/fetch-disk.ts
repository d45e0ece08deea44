import type { Host } from '../host/host.ts';
import { fetchedDiskPath } from './fetched-disks.ts';
import { fillFile } from './fill-file.ts';
import { withLock } from './lock.ts';
import { assertDigest } from './release-folder.ts';
import type { PromisedDisk } from './shelf.ts';

const LOCK_WAIT_MS = 60 * 60 * 1000;

export interface RemoteDisk {
  readonly release: PromisedDisk;
  /** As people write the store. */
  readonly location: string;
  /** The disk's bytes from an offset on. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** Brings a disk from elsewhere into the cache, under the name of its content: never fetched twice, hashed again before each use, gone on with where a connection tore. */
export async function fetchDisk(host: Host, { release, location, open }: RemoteDisk): Promise<string> {
  const { disk } = release;
  const name = `${release.imageId}@${release.version}`;
  const path = fetchedDiskPath(host, disk.sha256);
  return withLock(host, `${path}.lock`, { purpose: 'fetch a disk', waitMs: LOCK_WAIT_MS }, async () => {
    const partialPath = `${path}.part`;
    if (release.anew === true) await host.files.remove(partialPath);
    else if ((await host.files.exists(path)) && (await host.files.digest(path)) === disk.sha256) {
      await host.files.setModified(path, host.clock.now());
      return path;
    }
    await fillFile(host, partialPath, { title: `the disk of ${name}`, location, sizeBytes: disk.sizeBytes, open });
    try {
      await assertDigest(host, partialPath, { sha256: disk.sha256, name });
    } catch (error) {
      await host.files.remove(partialPath);
      throw error;
    }
    await host.files.sync(partialPath);
    await host.files.rename(partialPath, path);
    return path;
  });
}
