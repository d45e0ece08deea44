import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Reference } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import { appendMove, readHistory, type ChannelMove } from './channel-history.ts';
import { diskError } from './disk-error.ts';
import { findRelease, type FoundRelease } from './find-release.ts';
import { deleteRemoved, folderVersions, healStore, rebuildIndex, type Healed } from './heal-store.ts';
import { channelsOf, channelVersion, entryOf, versionsOf, withChannel, withEntry, withoutEntry } from './index-changes.ts';
import { formatIndex } from './index-text.ts';
import { withLock } from './lock.ts';
import { readIndex } from './read-index.ts';
import { releaseDir, TOMBSTONE, writeReleaseFolder, type NewRelease } from './release-folder.ts';

/** A disk is hashed under the lock: as many publishers as cores have work for get their turn in this time. */
const LOCK_WAIT_MS = 10 * 60 * 1000;

/** What may be done only while nobody else changes the store. */
export interface LockedStore {
  readonly dir: string;
  readonly readIndex: () => Promise<StoreIndex>;
  /** Every version that an image ever had, also removed ones: numbers are not used twice. */
  readonly versions: (imageId: string) => Promise<readonly string[]>;
  /** Resolves with the release's folder, whole and under its final name, not yet listed. */
  readonly writeRelease: (release: NewRelease) => Promise<string>;
  /** Lists a release and points `latest` at it. */
  readonly listRelease: (release: Release) => Promise<StoreIndex>;
  readonly setChannel: (move: ChannelChange) => Promise<StoreIndex>;
  /** Refuses with BUSY what a channel points at. */
  readonly remove: (release: { readonly imageId: string; readonly version: string }) => Promise<StoreIndex>;
}

export interface ChannelChange {
  readonly imageId: string;
  readonly channel: string;
  readonly version: string;
  readonly why: ChannelMove['why'];
}

/** Where releases live. Readers need no lock: the index is replaced as a whole, and releases never change. */
export interface Store {
  readonly dir: string;
  /** Makes the folder, proves that it can be written, and finishes what a dead process began; resolves with what that was. */
  readonly prepare: () => Promise<readonly string[]>;
  readonly readIndex: () => Promise<StoreIndex>;
  readonly find: (reference: Reference) => Promise<FoundRelease>;
  readonly history: () => Promise<readonly ChannelMove[]>;
  /** Replaces an index that cannot be trusted by what the release folders say. */
  readonly repair: () => Promise<Healed>;
  readonly exclusively: <T>(purpose: string, work: (store: LockedStore) => Promise<T>) => Promise<T>;
}

/** Opens a store; nothing is written until something is asked of it. */
export function openStore(host: Host, dir: string): Store {
  const exclusively = async <T>(purpose: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await withLock(host, join(dir, '.lock'), { purpose, waitMs: LOCK_WAIT_MS }, work);
    } catch (error) {
      throw diskError(error, dir);
    }
  };
  return {
    dir,
    prepare: async () => {
      await assertUsable(host, dir);
      return exclusively('prepare the store', async () =>
        heal(host, dir, async () => healStore(host, dir, await readIndex(host, dir))).then(({ notes }) => notes),
      );
    },
    readIndex: () => readIndex(host, dir),
    find: (reference) => findRelease(host, dir, reference),
    history: () => readHistory(host, dir),
    repair: async () => {
      await assertUsable(host, dir);
      return exclusively('repair the store', () => heal(host, dir, () => rebuildIndex(host, dir)));
    },
    exclusively: (purpose, work) => exclusively(purpose, () => work(lockedStore(host, dir))),
  };
}

function lockedStore(host: Host, dir: string): LockedStore {
  const current = (): Promise<StoreIndex> => readIndex(host, dir);
  return {
    dir,
    readIndex: current,
    versions: async (imageId) => {
      const moved = (await readHistory(host, dir)).filter((move) => move.imageId === imageId).map(({ to }) => to);
      return [...versionsOf(await current(), imageId), ...(await folderVersions(host, dir, imageId)), ...moved];
    },
    writeRelease: (release) => writeReleaseFolder(host, dir, release),
    listRelease: async (release) => {
      const index = withEntry(await current(), entryOf(release));
      return moveChannel({ host, dir, index }, { imageId: release.imageId, channel: 'latest', version: release.version, why: 'publish' });
    },
    setChannel: async (change) => moveChannel({ host, dir, index: await current() }, change),
    remove: async (release) => removeRelease({ host, dir, index: await current() }, release),
  };
}

interface Place {
  readonly host: Host;
  readonly dir: string;
  readonly index: StoreIndex;
}

async function moveChannel({ host, dir, index }: Place, { imageId, channel, version, why }: ChannelChange): Promise<StoreIndex> {
  const from = channelVersion(index, imageId, channel) ?? null;
  await appendMove(host, dir, { at: host.clock.now().toISOString(), imageId, channel, from, to: version, why });
  return replaceIndex(host, dir, withChannel(index, { imageId, channel, version }));
}

/** Tombstone, index, folder: cut short after any of them, the next run goes on from there. */
async function removeRelease({ host, dir, index }: Place, release: { readonly imageId: string; readonly version: string }): Promise<StoreIndex> {
  const pointers = Object.entries(channelsOf(index, release.imageId)).filter(([, version]) => version === release.version);
  if (pointers.length > 0) {
    const names = pointers.map(([channel]) => channel).join(', ');
    throw new BakeError('BUSY', {
      what: `${release.imageId}@${release.version} is what ${names} points at`,
      fix: 'Point the channel elsewhere first: `npm run promote` or `npm run rollback`',
    });
  }
  await host.files.writeText(join(releaseDir(dir, release), TOMBSTONE), '');
  const next = await replaceIndex(host, dir, withoutEntry(index, release));
  await deleteRemoved(host, dir);
  return next;
}

async function heal(host: Host, dir: string, work: () => Promise<Healed>): Promise<Healed> {
  const healed = await work();
  const isTrue = (await host.files.exists(join(dir, 'index.json'))) && (await sameIndex(host, dir, healed.index));
  if (!isTrue) await replaceIndex(host, dir, healed.index);
  await deleteRemoved(host, dir);
  return healed;
}

async function sameIndex(host: Host, dir: string, index: StoreIndex): Promise<boolean> {
  try {
    return formatIndex(await readIndex(host, dir)) === formatIndex(index);
  } catch {
    return false; // One that cannot be trusted is replaced.
  }
}

/** Always the last step of a change: temporary name, flush, rename. */
async function replaceIndex(host: Host, dir: string, index: StoreIndex): Promise<StoreIndex> {
  const next = { ...index, generation: index.generation + 1 };
  await host.files.writeText(join(dir, 'index.json'), formatIndex(next));
  await host.files.sync(dir);
  return next;
}

async function assertUsable(host: Host, dir: string): Promise<void> {
  try {
    await host.files.makeDir(dir);
  } catch (error) {
    throw diskError(error, dir);
  }
  if (!(await host.files.writable(dir)))
    throw notWritable(`${dir} cannot be written`, 'Give yourself the right to write there, or choose another folder with --store DIR');
  const mode = (await host.files.stat(dir))?.mode ?? 0;
  if ((mode & 0o002) !== 0)
    throw notWritable(
      `Anyone on this host can write to the store ${dir}`,
      `Take that right away (chmod o-w ${dir}), or choose a folder of your own with --store DIR`,
    );
}

function notWritable(what: string, fix: string): BakeError {
  return new BakeError('STORE_NOT_WRITABLE', { what, fix });
}
