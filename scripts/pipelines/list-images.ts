import type { MarksChange } from '../model/release-marks.ts';
import type { IndexEntry } from '../model/release.ts';
import type { Desk } from '../stages/stage.ts';
import { channelsOf } from '../store/index-changes.ts';
import { openStore } from '../store/open-store.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** One published release as it is shown: with the channels that point at it. */
export interface ListedRelease extends IndexEntry {
  readonly channels: readonly string[];
}

export interface ImageList {
  readonly storeLocation: string;
  readonly generation: number;
  readonly releases: readonly ListedRelease[];
}

/** All releases of a store by image, the newest of each first. */
export async function listImages({ host }: Desk, { storeLocation }: { readonly storeLocation: string }): Promise<ImageList> {
  const index = await openStore(host, storeLocation).readIndex();
  const releases = index.releases.map((entry) => ({
    ...entry,
    channels: Object.entries(channelsOf(index, entry.imageId))
      .filter(([, version]) => version === entry.version)
      .map(([channel]) => channel)
      .toSorted(),
  }));
  const imageIds = [...new Set(releases.map(({ imageId }) => imageId))].toSorted();
  return {
    storeLocation,
    generation: index.generation,
    releases: imageIds.flatMap((imageId) => releases.filter((entry) => entry.imageId === imageId).toReversed()),
  };
}

/** One thing that was done to a store. */
export interface StoreChange {
  readonly at: string;
  readonly reference: string;
  readonly what: string;
}

/** What was done to a store's channels, and said of its releases, oldest first. */
export async function listHistory({ host }: Desk, { storeLocation }: { readonly storeLocation: string }): Promise<readonly StoreChange[]> {
  const store = openStore(host, storeLocation);
  const moves = (await store.history()).map(({ at, imageId, to, channel, from, why }) => ({
    at,
    reference: `${imageId}@${to}`,
    what: `${why}: ${channel} points at it${from === null ? '' : ` instead of ${from}`}`,
  }));
  const marks = (await store.markHistory()).map(({ at, imageId, version, marks: change }) => ({
    at,
    reference: `${imageId}@${version}`,
    what: wordsFor(change),
  }));
  return [...moves, ...marks].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function wordsFor({ yanked, deprecatedAfter }: MarksChange): string {
  if (yanked !== undefined) return yanked === null ? 'yank: given back' : `yank: ${yanked.reason}`;
  return deprecatedAfter === undefined || deprecatedAfter === null ? 'deprecate: no last day' : `deprecate: to be used until ${deprecatedAfter}`;
}

/** Rebuilds a store's index from its releases, and says what was put right. */
export async function repairStore(desk: Desk, { storeLocation }: { readonly storeLocation: string }): Promise<ImageList> {
  const store = openStore(desk.host, storeLocation);
  const { notes } = await store.repair();
  await writeCatalogue(desk, store);
  for (const message of notes) desk.say({ type: 'note', message });
  return listImages(desk, { storeLocation });
}
