import { compareVersions } from '../model/release-name.ts';
import { changeMarks, marksOf, type MarksChange } from '../model/release-marks.ts';
import type { IndexEntry, Release, StoreIndex } from '../model/release.ts';

/** What the index remembers of a release. */
export function entryOf(release: Release): IndexEntry {
  return {
    imageId: release.imageId,
    version: release.version,
    sha256: release.disk.sha256,
    sizeBytes: release.disk.sizeBytes,
    key: release.key,
    checksPassed: release.checks.passed,
    publishedAt: release.publishedAt,
  };
}

/** Why a release was taken back, for whoever would make it again. */
export function takenBackOf({ yanked }: IndexEntry): { readonly takenBack?: string } {
  return yanked === undefined ? {} : { takenBack: yanked.reason };
}

/** The version that a channel points at, also for names such as `constructor` that every object answers to. */
export function channelVersion(index: StoreIndex, imageId: string, channel: string): string | undefined {
  const pointers = channelsOf(index, imageId);
  return Object.hasOwn(pointers, channel) ? pointers[channel] : undefined;
}

export function channelsOf(index: StoreIndex, imageId: string): Readonly<Record<string, string>> {
  return Object.hasOwn(index.channels, imageId) ? (index.channels[imageId] ?? {}) : {};
}

/** The channels that point at a release. */
export function channelsAt(index: StoreIndex, { imageId, version }: { readonly imageId: string; readonly version: string }): readonly string[] {
  return Object.entries(channelsOf(index, imageId)).flatMap(([channel, pointed]) => (pointed === version ? [channel] : []));
}

export interface ChannelPointer {
  readonly imageId: string;
  readonly channel: string;
  readonly version: string;
}

/** Every channel of every image. */
export function allChannels(index: StoreIndex): readonly ChannelPointer[] {
  return Object.keys(index.channels).flatMap((imageId) =>
    Object.entries(channelsOf(index, imageId)).map(([channel, version]) => ({ imageId, channel, version })),
  );
}

/** One channel that two indexes do not agree on; null where an index has no such channel. */
export interface IndexMove {
  readonly imageId: string;
  readonly channel: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** How the channels moved from one index to another, for whoever has to say so or write it down. */
export function channelMoves(before: StoreIndex, after: StoreIndex): readonly IndexMove[] {
  const gone = allChannels(before).filter(({ imageId, channel }) => channelVersion(after, imageId, channel) === undefined);
  const kept = allChannels(after).map(({ imageId, channel, version }) => ({
    imageId,
    channel,
    from: channelVersion(before, imageId, channel) ?? null,
    to: version,
  }));
  return [...kept.filter(({ from, to }) => from !== to), ...gone.map(({ imageId, channel, version }) => ({ imageId, channel, from: version, to: null }))];
}

/** Lists one more release; a release that is listed already is replaced by itself, and what was said of it stays said. */
export function withEntry(index: StoreIndex, entry: IndexEntry): StoreIndex {
  const before = index.releases.find((other) => isSame(other, entry));
  return { ...index, releases: [...index.releases.filter((other) => other !== before), { ...entry, ...marksOf(before ?? {}) }] };
}

/** Says something of a release, or takes it back; of one that is not listed nothing is said. */
export function withMarks(index: StoreIndex, name: { readonly imageId: string; readonly version: string }, change: MarksChange): StoreIndex {
  const releases = index.releases.map((entry) => {
    if (!isSame(entry, name)) return entry;
    const { yanked, deprecatedAfter, ...rest } = entry;
    return { ...rest, ...changeMarks({ ...(yanked && { yanked }), ...(deprecatedAfter && { deprecatedAfter }) }, change) };
  });
  return { ...index, releases };
}

export function withoutEntry(index: StoreIndex, gone: { readonly imageId: string; readonly version: string }): StoreIndex {
  return { ...index, releases: index.releases.filter((entry) => !isSame(entry, gone)) };
}

export function withChannel(index: StoreIndex, { imageId, channel, version }: ChannelPointer): StoreIndex {
  return { ...index, channels: { ...index.channels, [imageId]: { ...channelsOf(index, imageId), [channel]: version } } };
}

/** Channels that come to a release by its publication: a candidate is for those who ask for it; what is for all is for them too. */
export function channelsOfPublication(index: StoreIndex, { imageId, candidate }: Pick<Release, 'imageId' | 'candidate'>): readonly string[] {
  if (candidate === true) return ['candidate'];
  return channelVersion(index, imageId, 'candidate') === undefined ? ['latest'] : ['latest', 'candidate'];
}

/** Versions of one image, oldest first. */
export function versionsOf(index: StoreIndex, imageId: string): readonly string[] {
  return index.releases
    .filter((entry) => entry.imageId === imageId)
    .map(({ version }) => version)
    .toSorted(compareVersions);
}

function isSame(a: { readonly imageId: string; readonly version: string }, b: { readonly imageId: string; readonly version: string }): boolean {
  return a.imageId === b.imageId && a.version === b.version;
}
