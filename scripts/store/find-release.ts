import { BakeError } from '../errors.ts';
import { IMAGE_ID_PATTERN, type Reference, type Selector } from '../model/release-name.ts';
import type { IndexEntry, Release, StoreIndex } from '../model/release.ts';
import { channelsOf, channelVersion, versionsOf } from './index-changes.ts';
import { readIndex, storeCorrupt } from './index-file.ts';
import { DISK } from './pack-release.ts';
import { readRelease } from './read-release.ts';
import type { FoundRelease, UncheckedRelease } from './store.ts';
import type { TrustedShelf } from './trust/trusted-shelf.ts';

/** Finds the release that a reference means, and refuses one whose files and index entry disagree. */
export async function findRelease(shelf: TrustedShelf, reference: Reference): Promise<FoundRelease> {
  const found = await lookUp(shelf, reference);
  // A pruner may have taken it between index and files: the new index says so.
  return found ?? (await lookUp(shelf, reference)) ?? brokenRelease(reference);
}

/** The same, with no other question asked than whether the index may be believed. */
export async function openUnchecked(shelf: TrustedShelf, reference: Reference): Promise<UncheckedRelease> {
  const entry = entryFor((await readIndex(shelf)).index, reference);
  const { imageId, version, sha256, sizeBytes } = entry;
  return {
    entry,
    fileNames: () => shelf.fileNames(entry),
    readText: (file) => shelf.readText(entry, file),
    bringDisk: async () =>
      (await shelf.sizeOf(entry, DISK)) === undefined ? undefined : shelf.bringDisk({ imageId, version, disk: { sha256, sizeBytes }, anew: true }),
    voucherOfText: (text, signature) => shelf.voucherOfText(entry, { text, signature }),
    voucherOfSums: (text, signature) => shelf.voucherOfSums(entry, { text, signature }),
  };
}

async function lookUp(shelf: TrustedShelf, reference: Reference): Promise<FoundRelease | undefined> {
  const entry = entryFor((await readIndex(shelf)).index, reference);
  const release = await readRelease({ readText: shelf.readSigned }, entry);
  if (release === undefined || !agree(release, entry) || (await shelf.sizeOf(entry, DISK)) === undefined) return undefined;
  return {
    release,
    entry,
    fileNames: () => shelf.fileNames(release),
    readText: (file) => shelf.readSigned(release, file),
    voucherOfText: (text, signature) => shelf.voucherOfText(release, { text, signature }),
    diskSizeBytes: () => shelf.sizeOf(release, DISK),
    bringDisk: () => shelf.bringDisk(release),
  };
}

function agree(release: Release, entry: IndexEntry): boolean {
  return (
    release.imageId === entry.imageId &&
    release.version === entry.version &&
    release.disk.sha256 === entry.sha256 &&
    release.disk.sizeBytes === entry.sizeBytes &&
    release.key === entry.key
  );
}

function entryFor(index: StoreIndex, { imageId, selector }: Reference): IndexEntry {
  if (!IMAGE_ID_PATTERN.test(imageId))
    throw new BakeError('USAGE', { what: `${JSON.stringify(imageId.slice(0, 80))} is not an image id`, fix: '`npm run images` lists what there is' });
  const releases = index.releases.filter((entry) => entry.imageId === imageId);
  const entry = releases.findLast((candidate) => isMeant(index, candidate, selector));
  if (entry !== undefined) return entry;
  throw new BakeError('RELEASE_NOT_FOUND', {
    what: releases.length === 0 ? `There is no published release of ${imageId}` : `${imageId} has no ${wordsFor(selector)}`,
    fix:
      releases.length === 0
        ? 'Bake and publish one with `npm run bake`; `npm run images` lists what there is'
        : '`npm run images` lists its releases and channels',
    details:
      releases.length === 0
        ? []
        : [
            `channels: ${Object.entries(channelsOf(index, imageId))
              .map(([channel, version]) => `${channel} (${version})`)
              .join(', ')}`,
            `versions: ${versionsOf(index, imageId).join(', ')}`,
          ],
  });
}

function isMeant(index: StoreIndex, entry: IndexEntry, selector: Selector): boolean {
  if (selector.kind === 'version') return entry.version === selector.version;
  if (selector.kind === 'digest') return entry.sha256 === selector.sha256;
  return entry.version === channelVersion(index, entry.imageId, selector.channel);
}

function wordsFor(selector: Selector): string {
  if (selector.kind === 'channel') return `channel ${selector.channel}`;
  return selector.kind === 'version' ? `version ${selector.version}` : `release with the digest ${selector.sha256}`;
}

function brokenRelease({ imageId }: Reference): never {
  throw storeCorrupt(`The wanted release of ${imageId} is damaged, or does not match the index`);
}
