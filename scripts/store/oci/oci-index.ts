import { areMarks, marksOf, type ReleaseMarks } from '../../model/release-marks.ts';
import type { IndexEntry, Release, StoreIndex } from '../../model/release.ts';
import { atOnce } from '../at-once.ts';
import { channelVersion, entryOf } from '../index-changes.ts';
import { EMPTY_INDEX } from '../index-text.ts';

import type { ReleaseName } from '../store.ts';
import { noteManifest } from './manifest.ts';
import { getManifest, listTags, putManifest, type Registry } from './registry.ts';
import { channelTag, listedTag, markTag, readTag, wholeTag, type TagMeaning } from './tags.ts';

const AT_ONCE = 16;
const ENTRY = 'vnd.ingot.entry';
const MARKS = 'vnd.ingot.marks';
const VERSION = 'org.opencontainers.image.version';

/** What a release's manifest says of it to those who list. */
export function entryAnnotations(release: Release): Readonly<Record<string, string>> {
  return { [ENTRY]: JSON.stringify(entryOf(release)) };
}

/**
 * The index of a repository: made from its tags, which are put one by one. A registry knows no conditional write, so that no list that is
 * replaced as a whole could stand up to two publishers; tags of their own can.
 */
export async function readOciIndex(registry: Registry): Promise<StoreIndex | undefined> {
  const tags = (await listTags(registry)).map((tag) => ({ tag, meaning: readTag(tag) }));
  if (tags.length === 0) return undefined;
  const channels = tags.flatMap(({ meaning }) => (meaning?.kind === 'channel' ? [meaning] : []));
  const pointed = await atOnce(
    AT_ONCE,
    channels.map(({ imageId, channel }) => async () => ({ imageId, channel, version: await versionUnder(registry, channelTag(imageId, channel)) })),
  );
  // What a channel points at stays listed while it is there: a pruner has to see that it is to give way.
  const promised = new Set(pointed.flatMap(({ imageId, version }) => (version === undefined ? [] : [listedTag({ imageId, version })])));
  const removed = new Set(tags.flatMap(({ meaning }) => (meaning?.kind === 'removed' ? [listedTag(meaning.name)] : [])));
  const listed = tags.filter(({ tag, meaning }) => meaning?.kind === 'listed' && (!removed.has(tag) || promised.has(tag)));
  const marked = new Set(tags.flatMap(({ meaning }) => (meaning?.kind === 'mark' ? [listedTag(meaning.name)] : [])));
  const entries = await atOnce(
    AT_ONCE,
    listed.map(({ tag, meaning }) => async () => {
      const entry = await readEntry(registry, tag, meaning);
      return entry === undefined || !marked.has(tag) ? entry : { ...entry, ...(await readMarks(registry, entry)) };
    }),
  );
  const releases = entries.filter((entry) => entry !== undefined);
  const names = new Set(releases.map(({ imageId, version }) => `${imageId}@${version}`));
  const table: Record<string, Record<string, string>> = {};
  for (const { imageId, channel, version } of pointed)
    if (names.has(`${imageId}@${version ?? ''}`)) table[imageId] = { ...table[imageId], [channel]: version ?? '' };
  const changes = tags.filter(({ meaning }) => meaning?.kind === 'history' || meaning?.kind === 'removed').length;
  return { ...EMPTY_INDEX, generation: changes, releases, channels: table };
}

/** Puts the tags by which one index differs from another: what others put meanwhile stays. */
export async function writeOciIndex(registry: Registry, next: StoreIndex, before: StoreIndex): Promise<void> {
  for (const entry of next.releases) {
    const marks = JSON.stringify(marksOf(entry));
    const said = before.releases.find((other) => listedTag(other) === listedTag(entry));
    if (marks !== JSON.stringify(marksOf(said ?? {}))) await putManifest(registry, markTag(entry), JSON.stringify(noteManifest({ [MARKS]: marks })));
  }
  const known = new Set(before.releases.map(listedTag));
  for (const entry of next.releases.filter((release) => !known.has(listedTag(release)))) await retag(registry, wholeTag(entry), listedTag(entry));
  for (const [imageId, pointers] of Object.entries(next.channels)) {
    for (const [channel, version] of Object.entries(pointers)) {
      if (channelVersion(before, imageId, channel) !== version) await retag(registry, wholeTag({ imageId, version }), channelTag(imageId, channel));
    }
  }
}

/** Marks that cannot be read are not there: a release is not made unusable by what is said of it. */
async function readMarks(registry: Registry, name: ReleaseName): Promise<ReleaseMarks> {
  try {
    const marks = JSON.parse((await getManifest(registry, markTag(name)))?.manifest.annotations?.[MARKS] ?? '{}') as ReleaseMarks;
    return areMarks(marks) ? marksOf(marks) : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return {};
    throw error;
  }
}

async function retag(registry: Registry, from: string, to: string): Promise<void> {
  const found = await getManifest(registry, from);
  if (found !== undefined) await putManifest(registry, to, found.text);
}

async function versionUnder(registry: Registry, tag: string): Promise<string | undefined> {
  return (await getManifest(registry, tag))?.manifest.annotations?.[VERSION];
}

async function readEntry(registry: Registry, tag: string, meaning: TagMeaning | undefined): Promise<IndexEntry | undefined> {
  try {
    const entry = JSON.parse((await getManifest(registry, tag))?.manifest.annotations?.[ENTRY] ?? 'null') as IndexEntry | null;
    return entry !== null && meaning?.kind === 'listed' && listedTag(entry) === listedTag(meaning.name) ? entry : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
