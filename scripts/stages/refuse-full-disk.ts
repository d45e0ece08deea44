import { dirname } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { isLocalStore } from '../model/store-location.ts';

/** The unpacked layers, the compacted disk, the artifact and a verification's overlay of the largest role, with room to spare. */
const BUILD_BYTES = 8 * 2 ** 30;

export interface PlacesOfBake {
  readonly buildDir: string;
  readonly cacheDir: string;
  readonly storeLocation: string;
}

/** Refuses to start where a bake would end with a full disk, and where its result could not be written. */
export async function refuseFullDisk(host: Host, { buildDir, cacheDir, storeLocation }: PlacesOfBake): Promise<void> {
  for (const dir of [buildDir, cacheDir, ...(isLocalStore(storeLocation) ? [storeLocation] : [])]) {
    const existing = await nearestExisting(host, dir);
    if (!(await host.files.writable(existing)))
      throw new BakeError('STORE_NOT_WRITABLE', {
        what: `${existing} cannot be written to`,
        fix: 'Give another folder with --store and --cache, or correct its owner and mode',
      });
  }
  const dir = await nearestExisting(host, cacheDir);
  const free = await host.files.freeBytes(dir);
  if (free >= BUILD_BYTES) return;
  throw new BakeError('NO_SPACE', {
    what: `${dir} has ${Math.floor(free / 2 ** 20)} MiB free, a bake needs ${BUILD_BYTES / 2 ** 20} MiB`,
    fix: 'Free some space (npm run prune), or put the cache elsewhere with --cache DIR',
  });
}

async function nearestExisting(host: Host, dir: string): Promise<string> {
  return (await host.files.exists(dir)) || dir === dirname(dir) ? dir : nearestExisting(host, dirname(dir));
}
