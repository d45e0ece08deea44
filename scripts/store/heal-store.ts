import { BakeError } from '../errors.ts';
import { CHANNEL_PATTERN, compareVersions } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import { readHistory } from './channel-history.ts';
import {
  allChannels,
  channelMoves,
  channelsAt,
  channelsOfPublication,
  channelVersion,
  entryOf,
  versionsOf,
  withChannel,
  withEntry,
  withMarks,
  withoutEntry,
  type IndexMove,
} from './index-changes.ts';
import { EMPTY_INDEX } from './index-text.ts';
import { readMarkEvents, withAllMarks } from './mark-history.ts';
import { SUMS } from './pack-release.ts';
import { readRelease } from './read-release.ts';
import { TOMBSTONE, type IndexText, type StoredRelease } from './shelf.ts';
import type { Healed } from './store.ts';
import type { TrustedShelf } from './trust/trusted-shelf.ts';

/**
 * Finishes what a dead publisher or pruner began: lists what is whole, takes from the list what was on its way out.
 * What the channels of `promised` point at stays: an index that is begun anew does not know yet what readers were promised.
 */
export async function healIndex(shelf: TrustedShelf, index: StoreIndex, releases: readonly StoredRelease[], promised = index): Promise<Healed> {
  const notes: string[] = [];
  let healed = index;
  for (const found of releases) {
    const name = `${found.imageId}@${found.version}`;
    const listed = versionsOf(healed, found.imageId).includes(found.version);
    const isMarked = found.files.includes(TOMBSTONE);
    const pointers = isMarked ? channelsAt(promised, found) : [];
    // A channel was moved to it while a pruner took it away: it goes when nothing points at it any more.
    if (pointers.length > 0) notes.push(`${name} was to be removed, and stays: ${pointers.join(', ')} points at it`);
    if (isMarked && pointers.length === 0) {
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

/** What there was of an index before it is built anew. */
export interface FormerIndex {
  readonly read: IndexText | undefined;
  /** Undefined when there was none, or none that is to be believed. */
  readonly believed?: StoreIndex;
}

/** Builds an index from the releases alone; where channels point, and what was said of releases, comes from an index that holds, or else from the history. */
export async function rebuildIndex(shelf: TrustedShelf, { read, believed }: FormerIndex, releases: readonly StoredRelease[]): Promise<Healed> {
  // Readers may remember a generation: it does not go back even when nothing else of the index can be used.
  const written = Number(/"generation": (\d{1,15})\b/.exec(read?.text ?? '')?.[1] ?? 0);
  const generation = Math.max(written, await shelf.seenGeneration());
  const { index, notes } = await healIndex(shelf, { ...EMPTY_INDEX, generation }, releases, believed);
  const moves = await readHistory(shelf);
  const restored = moves
    .filter((move) => CHANNEL_PATTERN.test(move.channel) && versionsOf(index, move.imageId).includes(move.to))
    .reduce((next, move) => withChannel(next, { ...move, version: move.to }), index);
  const marked = withAllMarks(restored, await readMarkEvents(shelf));
  const rebuilt = believed === undefined ? marked : withWordOf(believed, marked);
  const moved = believed === undefined ? [] : channelMoves(believed, rebuilt);
  return { index: rebuilt, notes: [...notes.filter((note) => !note.startsWith('Listed ')), ...moved.flatMap(noteOfLoss)] };
}

/** A signed index counts more than the history: nobody signs that, it can be lost, and it may hold a move that was begun and never made. */
function withWordOf(believed: StoreIndex, rebuilt: StoreIndex): StoreIndex {
  const marked = believed.releases.reduce(
    (next, entry) => withMarks(next, entry, { yanked: entry.yanked ?? null, deprecatedAfter: entry.deprecatedAfter ?? null }),
    rebuilt,
  );
  return allChannels(believed)
    .filter(({ imageId, version }) => versionsOf(rebuilt, imageId).includes(version))
    .reduce(withChannel, marked);
}

function noteOfLoss({ imageId, channel, from, to }: IndexMove): readonly string[] {
  if (from === null) return [];
  return [`${channel} of ${imageId} pointed at ${from}, which is not listed any more, and points at ${to ?? 'nothing'} now`];
}

/** An index for a store that has lost its own: what was said of its releases, and where its channels pointed, is not begun anew. */
export async function replaceLostIndex(shelf: TrustedShelf, releases: readonly StoredRelease[]): Promise<Healed> {
  const { index, notes } = await rebuildIndex(shelf, { read: undefined }, releases);
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
