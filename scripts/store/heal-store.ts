import { BakeError } from '../errors.ts';
import { CHANNEL_PATTERN, compareVersions } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import { readHistory } from './channel-history.ts';
import { channelsAt, channelsOfPublication, channelVersion, entryOf, versionsOf, withChannel, withEntry, withoutEntry } from './index-changes.ts';
import { EMPTY_INDEX } from './index-text.ts';
import { readMarkEvents, withAllMarks } from './mark-history.ts';
import { SUMS } from './pack-release.ts';
import { readRelease } from './read-release.ts';
import { TOMBSTONE, type IndexText, type StoredRelease } from './shelf.ts';
import type { Healed } from './store.ts';
import type { TrustedShelf } from './trust/trusted-shelf.ts';

/** Finishes what a dead publisher or pruner began: lists what is whole, takes from the list what was on its way out. */
export async function healIndex(shelf: TrustedShelf, index: StoreIndex, releases: readonly StoredRelease[]): Promise<Healed> {
  const notes: string[] = [];
  let healed = index;
  for (const found of releases) {
    const name = `${found.imageId}@${found.version}`;
    const listed = versionsOf(healed, found.imageId).includes(found.version);
    const pointers = listed ? channelsAt(healed, found) : [];
    if (found.files.includes(TOMBSTONE) && pointers.length > 0) {
      // A channel was moved to it while a pruner took it away: what a reader was promised stays, and goes when nothing points at it any more.
      notes.push(`${name} was to be removed, and stays: ${pointers.join(', ')} points at it`);
    } else if (found.files.includes(TOMBSTONE)) {
      if (listed || found.files.length > 1) notes.push(`Finished the removal of ${name}, which had been cut short`);
      healed = withoutEntry(healed, found);
    } else if (!listed && (found.files.includes(SUMS) || !shelf.resumes)) {
      const release = await readWhole(shelf, found);
      if (release !== undefined) healed = withRelease(healed, release);
      notes.push(release === undefined ? `${name} is not whole, or not signed, and is not listed` : `Listed ${name}, whose publication had been cut short`);
    }
  }
  return { index: healed, notes };
}

/** Builds an index from the releases alone; channels come from the history of their moves. */
export async function rebuildIndex(shelf: TrustedShelf, damaged: IndexText | undefined, releases: readonly StoredRelease[]): Promise<Healed> {
  // Readers may remember a generation: it does not go back even when nothing else of the index can be used.
  const written = Number(/"generation": (\d{1,15})\b/.exec(damaged?.text ?? '')?.[1] ?? 0);
  const generation = Math.max(written, await shelf.seenGeneration());
  const { index, notes } = await healIndex(shelf, { ...EMPTY_INDEX, generation }, releases);
  const moves = await readHistory(shelf);
  const restored = moves
    .filter((move) => CHANNEL_PATTERN.test(move.channel) && versionsOf(index, move.imageId).includes(move.to))
    .reduce((next, move) => withChannel(next, { ...move, version: move.to }), index);
  const marked = withAllMarks(restored, await readMarkEvents(shelf));
  return { index: marked, notes: notes.filter((note) => !note.startsWith('Listed ')) };
}

/** An index for a store that has lost its own: what was said of its releases, and where its channels pointed, is not begun anew. */
export async function replaceLostIndex(shelf: TrustedShelf, releases: readonly StoredRelease[]): Promise<Healed> {
  const { index, notes } = await rebuildIndex(shelf, undefined, releases);
  const count = index.releases.length;
  return {
    index,
    notes: [...notes, ...(count === 0 ? [] : [`The index was missing: made again from ${count} release(s), and from the history of what was done to them`])],
  };
}

/** Takes away what finished removals left to be deleted, once the index that was written no longer names it. */
export async function deleteRemoved(shelf: TrustedShelf, index: StoreIndex, releases: readonly StoredRelease[]): Promise<void> {
  const isListed = ({ imageId, version }: StoredRelease): boolean => versionsOf(index, imageId).includes(version);
  for (const found of releases) if (found.files.includes(TOMBSTONE) && !isListed(found)) await shelf.deleteRelease(found);
}

/** The release under a name, when all of it is there, signed, and the disk is the one that was tested. */
async function readWhole(shelf: TrustedShelf, found: StoredRelease): Promise<Release | undefined> {
  if (!found.files.includes(SUMS)) return undefined;
  try {
    const release = await readRelease({ readText: shelf.readSigned }, found);
    return release !== undefined && (await shelf.holdsDisk(release)) ? release : undefined;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'NOT_TRUSTED') return undefined;
    throw error;
  }
}

/** A release newer than all that are listed had just been published: its channels move to it as they would have. */
function withRelease(index: StoreIndex, release: Release): StoreIndex {
  const { imageId, version } = release;
  const newest = versionsOf(index, imageId).at(-1);
  const listed = withEntry(index, entryOf(release));
  const isNewest = newest === undefined || compareVersions(version, newest) > 0;
  const moved = channelsOfPublication(index, release).filter((channel) => isNewest || channelVersion(index, imageId, channel) === undefined);
  return moved.reduce((next, channel) => withChannel(next, { imageId, channel, version }), listed);
}
