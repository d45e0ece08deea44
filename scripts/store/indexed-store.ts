import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import { appendMove, readHistory } from './channel-history.ts';
import { findRelease, openUnchecked } from './find-release.ts';
import { deleteRemoved, healIndex, rebuildIndex, replaceLostIndex, type FormerIndex } from './heal-store.ts';
import {
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
} from './index-changes.ts';
import { changeIndex, readIndex, writeIndex, type ChangingPlace } from './index-file.ts';
import { formatIndex, parseIndex } from './index-text.ts';
import { appendMarkEvent, readMarkEvents } from './mark-history.ts';
import { packRelease } from './pack-release.ts';
import { assertReleaseName, readRelease } from './read-release.ts';
import { TOMBSTONE, type Shelf, type StoredRelease } from './shelf.ts';
import type { ChannelChange, Healed, ReleaseName, Store, StoreWriter } from './store.ts';
import { trustedShelf, type TrustedShelf } from './trust/trusted-shelf.ts';

/** Makes a store of any place that can keep an index and named files: what a store promises is the same wherever it lies. */
export function indexedStore(host: Host, bareShelf: Shelf): Store {
  const shelf = trustedShelf(host, bareShelf);
  const place: ChangingPlace = { host, shelf, remade: async () => (await replaceLostIndex(shelf, await shelf.releases())).index };
  return {
    location: shelf.location,
    prepare: async () => {
      await shelf.assertUsable();
      return shelf.exclusively('prepare the store', async () => {
        const swept = await shelf.sweep();
        const { notes } = await prepareIndex(place);
        return [...swept, ...notes];
      });
    },
    readIndex: () => currentIndex(place),
    find: (reference) => findRelease(shelf, reference),
    openUnchecked: (reference) => openUnchecked(shelf, reference),
    voucherOfSigners: shelf.voucherOfSigners,
    writePage: (path, text) => shelf.writePage(path, text),
    history: () => readHistory(shelf),
    markHistory: () => readMarkEvents(shelf),
    repair: async () => {
      await shelf.assertUsable();
      return shelf.exclusively('repair the store', async () => {
        const swept = await shelf.sweep();
        const { index, notes } = await repairIndex(place);
        return { index, notes: [...swept, ...notes] };
      });
    },
    exclusively: (purpose, work) => shelf.exclusively(purpose, () => work(writerOf(place))),
  };
}

function writerOf(place: ChangingPlace): StoreWriter {
  const { shelf } = place;
  const current = (): Promise<StoreIndex> => currentIndex(place);
  return {
    readIndex: current,
    versions: async (imageId) => [...versionsOf(await current(), imageId), ...(await shelf.takenVersions(imageId))],
    begun: (wanted) => findBegun(shelf, wanted),
    claim: (release) => {
      assertReleaseName(release);
      return shelf.claim(release);
    },
    sign: shelf.sign,
    writeRelease: (release) => {
      assertReleaseName(release.release);
      return shelf.writeRelease(packRelease(release));
    },
    listRelease: (release) =>
      changeIndex(place, async (index) => {
        const { imageId, version } = release;
        let listed = withEntry(index, entryOf(release));
        for (const channel of channelsOfPublication(index, release)) listed = await moveChannel(place, listed, { imageId, channel, version, why: 'publish' });
        return listed;
      }),
    mark: (name, marks) =>
      changeIndex(place, async (index) => {
        await appendMarkEvent(shelf, { at: place.host.clock.now().toISOString(), imageId: name.imageId, version: name.version, marks });
        return withMarks(index, name, marks);
      }),
    setChannel: (change) => (shelf.derivesIndex ? setThenLook(place, change) : changeIndex(place, (index) => moveChannel(place, index, change))),
    remove: (name) => removeRelease(place, name),
  };
}

async function findBegun(shelf: TrustedShelf, { imageId, parent }: { readonly imageId: string; readonly parent: string }): Promise<Release | undefined> {
  if (!shelf.resumes) return undefined;
  const listed = versionsOf((await readIndex(shelf)).index, imageId);
  const ofImage = (await shelf.releases()).filter((found) => found.imageId === imageId && !found.files.includes(TOMBSTONE));
  const unlisted = ofImage.filter(({ version }) => !listed.includes(version));
  const releases = await Promise.all(unlisted.map((found) => readRelease(shelf, found)));
  return releases.find((release) => release?.parent === parent);
}

async function moveChannel({ host, shelf }: ChangingPlace, index: StoreIndex, { imageId, channel, version, why }: ChannelChange): Promise<StoreIndex> {
  // A pruner may have taken it since it was looked up.
  if (!versionsOf(index, imageId).includes(version)) throw notListed({ imageId, version });
  const from = channelVersion(index, imageId, channel) ?? null;
  await appendMove(shelf, { at: host.clock.now().toISOString(), imageId, channel, from, to: version, why });
  return withChannel(index, { imageId, channel, version });
}

/**
 * Where an index is made anew whenever it is read, no write is refused for another's: a pruner marks, then looks at the channels; a channel is moved, and then
 * the marks are looked at. Whichever came second sees the other, and gives way.
 */
async function setThenLook(place: ChangingPlace, change: ChannelChange): Promise<StoreIndex> {
  const { imageId, channel } = change;
  const before = channelVersion(await currentIndex(place), imageId, channel);
  const next = await changeIndex(place, (index) => moveChannel(place, index, change));
  if (!(await isMarked(place, change))) return next;
  if (before !== undefined && before !== change.version)
    await changeIndex(place, (index) => moveChannel(place, index, { imageId, channel, version: before, why: 'rollback' }));
  throw notListed(change);
}

async function isMarked({ shelf }: ChangingPlace, { imageId, version }: ReleaseName): Promise<boolean> {
  return (await shelf.releases()).some((found) => found.imageId === imageId && found.version === version && found.files.includes(TOMBSTONE));
}

async function currentIndex({ shelf }: ChangingPlace): Promise<StoreIndex> {
  return (await readIndex(shelf)).index;
}

/** Tombstone, index, files: cut short after any of them, the next run goes on from there. */
async function removeRelease(place: ChangingPlace, name: ReleaseName): Promise<StoreIndex> {
  assertReleaseName(name);
  refusePointedAt(await currentIndex(place), name);
  await place.shelf.markRemoved(name);
  const next = await changeIndex(place, async (index) => {
    // A channel came to it since it was looked at: left there, the mark would take it away once the channel moves on.
    if (channelsAt(index, name).length > 0) await place.shelf.unmarkRemoved(name);
    refusePointedAt(index, name);
    return withoutEntry(index, name);
  });
  await place.shelf.deleteRelease(name);
  return next;
}

function refusePointedAt(index: StoreIndex, { imageId, version }: ReleaseName): void {
  const pointers = channelsAt(index, { imageId, version });
  if (pointers.length === 0) return;
  throw new BakeError('BUSY', {
    what: `${imageId}@${version} is what ${pointers.join(', ')} points at`,
    fix: 'Point the channel elsewhere first: `npm run promote` or `npm run rollback`',
  });
}

function notListed({ imageId, version }: ReleaseName): BakeError {
  return new BakeError('RELEASE_NOT_FOUND', { what: `There is no release ${imageId}@${version} any more`, fix: '`npm run images` lists what there is' });
}

/** Finishes what others began and did not end. */
async function prepareIndex(place: ChangingPlace): Promise<Healed> {
  const { index, read } = await readIndex(place.shelf);
  const found = await place.shelf.releases();
  if (read === undefined) return putInPlace(place, { former: { read }, found, healed: await replaceLostIndex(place.shelf, found) });
  return putInPlace(place, { former: { read, believed: index }, found, healed: await healIndex(place.shelf, index, found) });
}

async function repairIndex(place: ChangingPlace): Promise<Healed> {
  const former = await readFormerIndex(place.shelf);
  const found = await place.shelf.releases();
  return putInPlace(place, { former, found, healed: await rebuildIndex(place.shelf, former, found) });
}

interface Healing {
  readonly former: FormerIndex;
  readonly found: readonly StoredRelease[];
  readonly healed: Healed;
}

async function putInPlace(place: ChangingPlace, { former: { read, believed }, found, healed }: Healing): Promise<Healed> {
  const { host, shelf } = place;
  const isTrue = believed !== undefined && read?.text === formatIndex(healed.index);
  // A later repair would take back what the history does not know.
  const at = host.clock.now().toISOString();
  for (const { to, ...move } of believed === undefined ? [] : channelMoves(believed, healed.index))
    if (to !== null) await appendMove(shelf, { at, ...move, to, why: 'repair' });
  // Lost to another publisher: what is to be put right is still there for the next run, which sees that publisher's index as well.
  const written = isTrue || (await writeIndex(shelf, { ...healed.index, generation: healed.index.generation + 1 }, read));
  if (!written) return healed;
  const isLeftover = ({ files }: StoredRelease): boolean => files.includes(TOMBSTONE) && files.length > 1;
  // A channel may have come to a release since, where no write was refused for it.
  await deleteRemoved(shelf, shelf.derivesIndex && found.some(isLeftover) ? await currentIndex(place) : healed.index, found);
  return healed;
}

/** An index that cannot even be read as a text is replaced like one that cannot be trusted. */
async function readFormerIndex(shelf: TrustedShelf): Promise<FormerIndex> {
  try {
    const read = await shelf.readIndexText();
    const parsed = parseIndex(read?.text ?? '');
    return 'index' in parsed ? { read, believed: parsed.index } : { read };
  } catch (error) {
    if (error instanceof BakeError && error.code === 'STORE_CORRUPT') return { read: undefined };
    if (error instanceof BakeError && error.code === 'NOT_TRUSTED') return { read: await shelf.readUnchecked() };
    throw error;
  }
}
