import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { CHANNEL_PATTERN, compareVersions, IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import { readHistory } from './channel-history.ts';
import { channelVersion, entryOf, versionsOf, withChannel, withEntry, withoutEntry } from './index-changes.ts';
import { EMPTY_INDEX } from './index-text.ts';
import { readOrUndefined } from './process-identity.ts';
import { PARTIAL, readRelease, releaseDir, TOMBSTONE } from './release-folder.ts';

/** An index that says what the folders hold, and what had to be put right for that. */
export interface Healed {
  readonly index: StoreIndex;
  readonly notes: readonly string[];
}

/** Finishes what a dead publisher or pruner began. Runs under the store's lock: whatever is half-done there has no living owner. */
export async function healStore(host: Host, storeDir: string, index: StoreIndex): Promise<Healed> {
  const notes = await sweepPartials(host, storeDir);
  let healed = index;
  for (const found of await listFolders(host, storeDir)) {
    const name = `${found.imageId}@${found.version}`;
    if (await host.files.exists(join(releaseDir(storeDir, found), TOMBSTONE))) {
      healed = withoutEntry(healed, found);
      notes.push(`Finished the removal of ${name}, which had been cut short`);
    } else if (!versionsOf(healed, found.imageId).includes(found.version)) {
      const release = await readWhole(host, storeDir, found);
      if (release !== undefined) healed = withRelease(healed, release);
      notes.push(release === undefined ? `${name} is not whole and is not listed` : `Listed ${name}, whose publication had been cut short`);
    }
  }
  return { index: healed, notes };
}

/** Builds an index from the folders alone; channels come from the history of their moves. */
export async function rebuildIndex(host: Host, storeDir: string): Promise<Healed> {
  // Readers may remember a generation: it does not go back even when nothing else of the index can be used.
  const generation = Number(/"generation": (\d{1,15})\b/.exec((await readOrUndefined(host, join(storeDir, 'index.json'))) ?? '')?.[1] ?? 0);
  const { index, notes } = await healStore(host, storeDir, { ...EMPTY_INDEX, generation });
  const moves = await readHistory(host, storeDir);
  const restored = moves
    .filter((move) => CHANNEL_PATTERN.test(move.channel) && versionsOf(index, move.imageId).includes(move.to))
    .reduce((next, move) => withChannel(next, { ...move, version: move.to }), index);
  return { index: restored, notes: notes.filter((note) => !note.startsWith('Listed ')) };
}

/** Folders that a finished removal leaves to be deleted, once the index no longer names them. */
export async function deleteRemoved(host: Host, storeDir: string): Promise<void> {
  for (const found of await listFolders(host, storeDir)) {
    const dir = releaseDir(storeDir, found);
    if (!(await host.files.exists(join(dir, TOMBSTONE)))) continue;
    // Renamed first: a deletion that is cut short must not lose the tombstone and keep the rest.
    const doomed = join(storeDir, found.imageId, `.${found.version}.removed.partial`);
    await host.files.rename(dir, doomed);
    await host.files.remove(doomed);
  }
}

/** Every version of an image that has a folder. */
export async function folderVersions(host: Host, storeDir: string, imageId: string): Promise<readonly string[]> {
  return (await listFolders(host, storeDir)).filter((found) => found.imageId === imageId).map(({ version }) => version);
}

async function sweepPartials(host: Host, storeDir: string): Promise<string[]> {
  const notes: string[] = [];
  for (const imageId of await imageFolders(host, storeDir)) {
    for (const name of (await host.files.list(join(storeDir, imageId))).filter((entry) => PARTIAL.test(entry))) {
      await host.files.remove(join(storeDir, imageId, name));
      notes.push(`Removed the half-written ${join(imageId, name)}`);
    }
  }
  return notes;
}

/** The release of a folder, when all of it is there and the disk is the one that was tested. */
async function readWhole(host: Host, storeDir: string, found: { readonly imageId: string; readonly version: string }): Promise<Release | undefined> {
  const dir = releaseDir(storeDir, found);
  const release = await readRelease(host, dir);
  if (release === undefined || !(await host.files.exists(join(dir, 'SHA256SUMS')))) return undefined;
  return (await host.files.digest(join(dir, release.disk.file))) === release.disk.sha256 ? release : undefined;
}

/** A release newer than all that are listed had just been published: `latest` moves to it as it would have. */
function withRelease(index: StoreIndex, release: Release): StoreIndex {
  const { imageId, version } = release;
  const newest = versionsOf(index, imageId).at(-1);
  const listed = withEntry(index, entryOf(release));
  const isNewest = newest === undefined || compareVersions(version, newest) > 0;
  return isNewest || channelVersion(index, imageId, 'latest') === undefined ? withChannel(listed, { imageId, channel: 'latest', version }) : listed;
}

async function listFolders(host: Host, storeDir: string): Promise<readonly { readonly imageId: string; readonly version: string }[]> {
  const perImage = await Promise.all(
    (await imageFolders(host, storeDir)).map(async (imageId) => {
      const names = (await host.files.list(join(storeDir, imageId))).filter((name) => VERSION_PATTERN.test(name));
      return names.toSorted(compareVersions).map((version) => ({ imageId, version }));
    }),
  );
  return perImage.flat();
}

async function imageFolders(host: Host, storeDir: string): Promise<readonly string[]> {
  const names = (await host.files.list(storeDir)).filter((name) => IMAGE_ID_PATTERN.test(name));
  const kinds = await Promise.all(names.map(async (name) => (await host.files.stat(join(storeDir, name)))?.kind));
  return names.filter((_, at) => kinds[at] === 'directory');
}
