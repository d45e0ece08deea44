import { dirname, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { withLock } from './lock.ts';
import { assertDigest } from './release-folder.ts';
import type { PromisedDisk } from './shelf.ts';

/** Tries in a row that brought no byte further before a fetch is given up. */
const MOST_STALLS = 5;
const PAUSE_MS = 500;
const LOCK_WAIT_MS = 60 * 60 * 1000;

export interface RemoteDisk {
  readonly release: PromisedDisk;
  /** As people write the store. */
  readonly location: string;
  /** The disk's bytes from an offset on. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** Brings a disk from elsewhere into the cache, under the name of its content: never fetched twice, hashed again before each use, gone on with where a connection tore. */
export async function fetchDisk(host: Host, remote: RemoteDisk): Promise<string> {
  const { disk } = remote.release;
  const path = join(releaseCacheDir(host), `sha256-${disk.sha256}.qcow2`);
  return withLock(host, `${path}.lock`, { purpose: 'fetch a disk', waitMs: LOCK_WAIT_MS }, async () => {
    if ((await host.files.exists(path)) && (await host.files.digest(path)) === disk.sha256) return path;
    const partialPath = `${path}.part`;
    await fill(host, remote, partialPath);
    try {
      await assertDigest(host, partialPath, { sha256: disk.sha256, name: nameOf(remote) });
    } catch (error) {
      await host.files.remove(partialPath);
      throw error;
    }
    await host.files.sync(partialPath);
    await host.files.rename(partialPath, path);
    return path;
  });
}

function releaseCacheDir({ facts }: Host): string {
  return join(facts.env['INGOT_BUILD_DIR'] || join(facts.projectDir, 'build'), 'cache', 'releases');
}

async function fill(host: Host, remote: RemoteDisk, path: string): Promise<void> {
  await host.files.makeDir(dirname(path));
  const { sizeBytes } = remote.release.disk;
  let stalls = 0;
  for (;;) {
    const have = (await host.files.stat(path))?.sizeBytes ?? 0;
    if (have === sizeBytes) return;
    if (have > sizeBytes) await host.files.remove(path);
    const failure = await addFrom(host, { remote, path, offset: have > sizeBytes ? 0 : have });
    const got = ((await host.files.stat(path))?.sizeBytes ?? 0) - have;
    stalls = got > 0 ? 0 : stalls + 1;
    if (stalls === MOST_STALLS) throw incomplete(remote, have, failure);
    if (failure !== undefined || got <= 0) await host.clock.sleep(PAUSE_MS);
  }
}

/** The failure that cut it short, if any: what came until then is kept. */
async function addFrom(
  host: Host,
  { remote, path, offset }: { readonly remote: RemoteDisk; readonly path: string; readonly offset: number },
): Promise<unknown> {
  try {
    await host.files.appendBytes(path, await remote.open(offset));
    return undefined;
  } catch (error) {
    const fatal = error instanceof BakeError && error.code !== 'NETWORK_UNREACHABLE';
    if (fatal || host.interrupted.aborted) throw error;
    return error;
  }
}

function nameOf({ release }: RemoteDisk): string {
  return `${release.imageId}@${release.version}`;
}

function incomplete(remote: RemoteDisk, have: number, cause: unknown): BakeError {
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${remote.location} did not give the disk of ${nameOf(remote)}: ${have} of ${remote.release.disk.sizeBytes} bytes came`,
    fix: 'Run the same command again when the store can be reached: what came is kept and gone on with',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}
