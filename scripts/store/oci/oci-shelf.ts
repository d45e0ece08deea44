import { randomBytes, randomInt } from 'node:crypto';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { Release } from '../../model/release.ts';
import { atOnce } from '../at-once.ts';
import { fetchDisk } from '../fetch-disk.ts';
import { EMPTY_INDEX, formatIndex, parseIndex } from '../index-text.ts';
import { DISK, type PackedRelease } from '../pack-release.ts';
import { TOMBSTONE, type Shelf, type StoredRelease } from '../shelf.ts';
import type { ReleaseName } from '../store.ts';
import type { OciAddress } from './address.ts';
import { EMPTY_CONFIG_TEXT, layersOf, noteManifest, releaseManifest, type Layer } from './manifest.ts';
import { entryAnnotations, readOciIndex, writeOciIndex } from './oci-index.ts';
import { deleteManifest, getBlobText, getManifest, listTags, openBlobAt, openRegistry, putManifest, sizeOfBlob, type Registry } from './registry.ts';
import { claimTag, fitsTags, HISTORY_TAG, listedTag, noteTag, readTag, removedTag, wholeTag } from './tags.ts';
import { uploadDiskBlob, uploadTextBlob } from './upload-blob.ts';

const AT_ONCE = 16;
const LONGEST_PAUSE_MS = 1000;
const NOTE = 'vnd.ingot.note';
const LINE = 'vnd.ingot.history';
const REMOVED = 'vnd.ingot.removed';

/**
 * Releases as artifacts of one repository of an OCI registry, each with its version as a tag, and a tag for each channel. No lock and no
 * condition: every tag but a channel's is put by one publisher only, who has claimed the number before.
 */
export function ociShelf(host: Host, address: OciAddress): Shelf {
  const registry = openRegistry(host, address);
  return {
    location: registry.location,
    resumes: false,
    derivesIndex: true,
    ...ociNotes(host, registry),
    assertUsable: async () => void (await uploadTextBlob(registry, EMPTY_CONFIG_TEXT)),
    readIndexText: async () => {
      const index = await readOciIndex(registry);
      return index === undefined ? undefined : { text: formatIndex(index), revision: '' };
    },
    replaceIndexText: async (text, read) => {
      await writeOciIndex(registry, indexIn(text), read === undefined ? EMPTY_INDEX : indexIn(read.text));
      return true;
    },
    releases: () => storedReleases(registry),
    takenVersions: async (imageId) => {
      const names = (await listTags(registry)).map(readTag).flatMap((meaning) => (meaning !== undefined && 'name' in meaning ? [meaning.name] : []));
      return [...new Set(names.filter((name) => name.imageId === imageId).map(({ version }) => version))];
    },
    claim: (release) => claim(host, registry, release),
    writeRelease: (packed) => writeRelease(host, registry, packed),
    fileNames: async (name) => (await layersUnder(registry, name)).map(({ file }) => file),
    readText: async (name, file) => {
      const layer = (await layersUnder(registry, name)).find((candidate) => candidate.file === file);
      return layer === undefined ? undefined : getBlobText(registry, layer.digest);
    },
    sizeOf: async (name, file) => {
      const layer = (await layersUnder(registry, name)).find((candidate) => candidate.file === file);
      return layer === undefined ? undefined : sizeOfBlob(registry, layer.digest);
    },
    holdsDisk: async ({ disk }) => (await sizeOfBlob(registry, `sha256:${disk.sha256}`)) === disk.sizeBytes,
    bringDisk: (release) =>
      fetchDisk(host, { release, location: registry.location, open: (offset) => openBlobAt(registry, `sha256:${release.disk.sha256}`, offset) }),
    markRemoved: (name) => note(registry, removedTag(name), { [REMOVED]: listedTag(name) }),
    unmarkRemoved: async (name) => {
      const found = await getManifest(registry, removedTag(name));
      if (found !== undefined) await deleteManifest(registry, found.digest);
    },
    deleteRelease: async (name) => {
      const found = (await getManifest(registry, wholeTag(name))) ?? (await getManifest(registry, listedTag(name)));
      if (found !== undefined) await deleteManifest(registry, found.digest);
    },
    // What is half-written has no name: the registry's own garbage collection takes it away.
    sweep: () => Promise.resolve([]),
    exclusively: (_purpose, work) => work(),
  };
}

function ociNotes(host: Host, registry: Registry): Pick<Shelf, 'readNote' | 'writeNote' | 'writePage' | 'readHistory' | 'appendHistory'> {
  return {
    readNote: async (name) => (await getManifest(registry, noteTag(name)))?.manifest.annotations?.[NOTE],
    writeNote: (name, text) => note(registry, noteTag(name), { [NOTE]: text }),
    // A registry shows no pages: what reads releases there lists its tags.
    writePage: () => Promise.resolve(),
    readHistory: () => readHistory(registry),
    appendHistory: async (line) => {
      const time = host.clock.now().toISOString().replaceAll(/[-:.]/g, '');
      await note(registry, `${HISTORY_TAG}${time}-${randomBytes(6).toString('hex')}`, { [LINE]: line });
    },
  };
}

/** The index that we wrote or made ourselves a moment ago. */
function indexIn(text: string): typeof EMPTY_INDEX {
  const result = parseIndex(text);
  if ('index' in result) return result.index;
  throw new BakeError('STORE_CORRUPT', { what: `The index of the store cannot be trusted: ${result.reason}`, fix: 'Look at the tags of the repository' });
}

async function note(registry: Registry, tag: string, annotations: Readonly<Record<string, string>>): Promise<void> {
  await putManifest(registry, tag, JSON.stringify(noteManifest(annotations)));
}

async function readHistory(registry: Registry): Promise<readonly string[]> {
  const tags = (await listTags(registry)).filter((tag) => tag.startsWith(HISTORY_TAG)).toSorted();
  return atOnce(
    AT_ONCE,
    tags.map((tag) => async () => (await getManifest(registry, tag))?.manifest.annotations?.[LINE] ?? ''),
  );
}

async function storedReleases(registry: Registry): Promise<readonly StoredRelease[]> {
  const found = new Map<string, StoredRelease>();
  const meanings = (await listTags(registry)).map(readTag);
  // A release that is tagged as whole was written by all its files: one that is on its way out says so by its tombstone.
  for (const meaning of meanings) if (meaning?.kind === 'whole') found.set(listedTag(meaning.name), { ...meaning.name, files: [DISK, 'SHA256SUMS'] });
  for (const meaning of meanings) if (meaning?.kind === 'removed') add(found, meaning.name);
  return [...found.values()];
}

function add(found: Map<string, StoredRelease>, name: ReleaseName): void {
  found.set(listedTag(name), { ...name, files: [...(found.get(listedTag(name))?.files ?? []), TOMBSTONE] });
}

async function layersUnder(registry: Registry, name: ReleaseName): Promise<readonly Layer[]> {
  const found = (await getManifest(registry, wholeTag(name))) ?? (await getManifest(registry, listedTag(name)));
  return found === undefined ? [] : layersOf(found.manifest);
}

/** Put a claim, then look: whoever sees another's goes back, so that of two who look at most one stays. The claims that are left keep numbers from being used twice. */
async function claim(host: Host, registry: Registry, release: Release): Promise<boolean> {
  if (!fitsTags(release))
    throw new BakeError('PUBLISH_REFUSED', {
      what: `${release.imageId} is too long for the tags of a registry`,
      fix: 'Give the image a shorter name, or use another store',
    });
  await uploadTextBlob(registry, EMPTY_CONFIG_TEXT);
  const ours = claimTag(release, randomBytes(6).toString('hex'));
  await note(registry, ours, { 'vnd.ingot.claim': ours });
  const prefix = listedTag(release);
  const others = (await listTags(registry)).filter((tag) => tag !== ours && (tag === prefix || tag.startsWith(`${prefix}_`)));
  if (others.length === 0) return true;
  // Two who went back at once would meet again at the next number.
  await host.clock.sleep(randomInt(LONGEST_PAUSE_MS));
  return false;
}

async function writeRelease(host: Host, registry: Registry, { release, diskPath, files }: PackedRelease): Promise<void> {
  const { sha256, sizeBytes } = release.disk;
  await uploadDiskBlob(host, registry, { path: diskPath, sha256, sizeBytes, name: `${release.imageId}@${release.version}` });
  const layers: Layer[] = [{ file: DISK, digest: `sha256:${sha256}`, size: sizeBytes }];
  for (const { name, text } of files) layers.push({ file: name, digest: await uploadTextBlob(registry, text), size: Buffer.byteLength(text) });
  await putManifest(registry, wholeTag(release), JSON.stringify(releaseManifest(release, layers, entryAnnotations(release))));
}
