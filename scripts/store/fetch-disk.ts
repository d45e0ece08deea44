import { dirname } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { diskError } from './disk-error.ts';
import { fetchedDiskPath } from './fetched-disks.ts';
import { fillFile } from './fill-file.ts';
import { withLock } from './lock.ts';
import { assertDigest } from './release-folder.ts';
import type { PromisedDisk } from './shelf.ts';

const LOCK_WAIT_MS = 60 * 60 * 1000;

const WAYS_OUT = {
  full: 'Free some space, or move the folder with INGOT_BUILD_DIR, then run the same command again: what came is kept and gone on with',
  notWritable: 'Give yourself the right to write there, or choose another folder with INGOT_BUILD_DIR',
};

export interface RemoteDisk {
  readonly release: PromisedDisk;
  /** As people write the store. */
  readonly location: string;
  /** The disk's bytes from an offset on. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** Brings a disk from elsewhere into the cache, under the name of its content: never fetched twice, hashed again before each use, gone on with where a connection tore. */
export async function fetchDisk(host: Host, remote: RemoteDisk): Promise<string> {
  const path = fetchedDiskPath(host, remote.release.disk.sha256);
  try {
    return await fetchTo(host, path, remote);
  } catch (error) {
    throw diskError(error, dirname(path), WAYS_OUT);
  }
}

function fetchTo(host: Host, path: string, { release, location, open }: RemoteDisk): Promise<string> {
  const { disk } = release;
  const name = `${release.imageId}@${release.version}`;
  return withLock(host, `${path}.lock`, { purpose: 'fetch a disk', waitMs: LOCK_WAIT_MS }, async () => {
    const partialPath = `${path}.part`;
    if (release.anew === true) await host.files.remove(partialPath);
    else if ((await host.files.exists(path)) && (await host.files.digest(path)) === disk.sha256) {
      await host.files.setModified(path, host.clock.now());
      return path;
    }
    await refuseNoSpace(host, partialPath, { name, sizeBytes: disk.sizeBytes });
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

async function refuseNoSpace({ files }: Host, partialPath: string, { name, sizeBytes }: { readonly name: string; readonly sizeBytes: number }): Promise<void> {
  const dir = dirname(partialPath);
  const missing = sizeBytes - ((await files.stat(partialPath))?.sizeBytes ?? 0);
  const free = await files.freeBytes(dir);
  if (free >= missing) return;
  throw new BakeError('NO_SPACE', { what: `${dir} has ${free} bytes free, ${name} needs ${missing} more`, fix: WAYS_OUT.full });
}
