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

/** Rebuilds a store's index from its releases, and says what was put right. */
export async function repairStore(desk: Desk, { storeLocation }: { readonly storeLocation: string }): Promise<ImageList> {
  const store = openStore(desk.host, storeLocation);
  const { notes } = await store.repair();
  await writeCatalogue(desk, store);
  for (const message of notes) desk.say({ type: 'note', message });
  return listImages(desk, { storeLocation });
}
