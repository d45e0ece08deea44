import { randomBytes } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import { IMAGE_ID_PATTERN, VERSION_PATTERN } from '../../model/release-name.ts';
import type { Release } from '../../model/release.ts';
import { atOnce } from '../at-once.ts';
import { fetchDisk } from '../fetch-disk.ts';
import { DISK, MANIFEST, manifestText, type PackedRelease } from '../pack-release.ts';
import { TOMBSTONE, type Shelf, type StoredRelease } from '../shelf.ts';
import type { ReleaseName } from '../store.ts';
import { assertBucket, getText, listFolders, listKeys, openAt, put, remove, sizeOf, type Served } from './bucket.ts';
import { connectBucket, type Address, type Connection } from './connect.ts';
import { contentType } from './content-type.ts';
import { abortUploads, uploadDisk } from './upload-disk.ts';

const INDEX = 'index.json';
const HISTORY = 'history/';
const AT_ONCE = 16;
const DAY_MS = 24 * 60 * 60 * 1000;
/** An upload that nobody has gone on with for so long is given up. */
const ABANDONED_DAYS = 7;
/** Whoever reads the index, or a page beside it, through a cache sees a new release after this time. */
const INDEX_CACHE = 'public, max-age=30, must-revalidate';
const RELEASE_CACHE = 'public, max-age=31536000, immutable';

/**
 * Releases in a bucket, under the same names as in a folder. No lock: a release's number is claimed by creating its manifest,
 * its list of digests is written last, and the index is replaced only over the very one that was read.
 */
export function s3Shelf(host: Host, address: Address): Shelf {
  const { location } = address;
  const bucket = connectBucket(host, address);
  return {
    location,
    resumes: true,
    derivesIndex: false,
    assertUsable: () => assertBucket(bucket),
    readIndexText: async () => {
      const found = await getText(bucket, INDEX);
      return found === undefined ? undefined : { text: found.text, revision: found.etag };
    },
    replaceIndexText: (text, read) =>
      put(bucket, { key: INDEX, body: text, ...servedAs(INDEX), onlyIf: read === undefined ? { absent: true } : { etag: read.revision } }),
    readNote: async (name) => (await getText(bucket, name))?.text,
    // As short-lived as the index: who reads one anew reads the other anew.
    writeNote: async (name, text) => void (await put(bucket, { key: name, body: text, ...servedAs(INDEX), contentType: contentType(name) })),
    readHistory: () => readHistory(bucket),
    appendHistory: async (line) => {
      const key = `${HISTORY}${host.clock.now().toISOString()}-${randomBytes(6).toString('hex')}.json`;
      await put(bucket, { key, body: `${line}\n`, ...servedAs(key) });
    },
    releases: async () => groupKeys(await listKeys(bucket, '')),
    takenVersions: async (imageId) => (await listFolders(bucket, `${imageId}/`)).filter((name) => VERSION_PATTERN.test(name)),
    claim: (release) => claim(bucket, release),
    writeRelease: (packed) => writeRelease(host, bucket, packed),
    fileNames: async (name) => (await listKeys(bucket, keyFor(name, ''))).map((key) => key.slice(keyFor(name, '').length)),
    readText: async (name, file) => (await getText(bucket, keyFor(name, file)))?.text,
    sizeOf: (name, file) => sizeOf(bucket, keyFor(name, file)),
    holdsDisk: async (release) => (await sizeOf(bucket, keyFor(release, DISK))) === release.disk.sizeBytes,
    bringDisk: (release) => fetchDisk(host, { release, location, open: (offset) => openAt(bucket, keyFor(release, DISK), offset) }),
    markRemoved: async (name) => void (await put(bucket, { key: keyFor(name, TOMBSTONE), body: 'removed\n', ...servedAs(TOMBSTONE) })),
    unmarkRemoved: (name) => remove(bucket, keyFor(name, TOMBSTONE)),
    deleteRelease: (name) => deleteRelease(bucket, name),
    writePage: async (path, text) => void (await put(bucket, { key: path, body: text, contentType: contentType(path), cacheControl: INDEX_CACHE })),
    sweep: async () => {
      const before = new Date(host.clock.now().getTime() - ABANDONED_DAYS * DAY_MS);
      return (await abortUploads(bucket, { key: '', before })).map((key) => `Gave up the upload of ${key}, begun more than ${ABANDONED_DAYS} days ago`);
    },
    exclusively: (_purpose, work) => work(),
  };
}

function keyFor({ imageId, version }: ReleaseName, file: string): string {
  return `${imageId}/${version}/${file}`;
}

function servedAs(file: string): Served {
  return { contentType: contentType(file), cacheControl: file === INDEX ? INDEX_CACHE : RELEASE_CACHE };
}

async function readHistory(bucket: Connection): Promise<readonly string[]> {
  const keys = (await listKeys(bucket, HISTORY)).toSorted();
  return atOnce(
    AT_ONCE,
    keys.map((key) => async () => ((await getText(bucket, key))?.text ?? '').trimEnd()),
  );
}

function groupKeys(keys: readonly string[]): readonly StoredRelease[] {
  const groups = new Map<string, { readonly imageId: string; readonly version: string; readonly files: string[] }>();
  for (const key of keys) {
    const [imageId = '', version = '', file = '', ...deeper] = key.split('/');
    if (!IMAGE_ID_PATTERN.test(imageId) || !VERSION_PATTERN.test(version) || deeper.length > 0) continue;
    const group = groups.get(`${imageId}/${version}`) ?? { imageId, version, files: [] };
    group.files.push(file);
    groups.set(`${imageId}/${version}`, group);
  }
  return [...groups.values()];
}

/** Also true when the very manifest is there: it is ours, from a try whose answer was lost. */
async function claim(bucket: Connection, release: Release): Promise<boolean> {
  const key = keyFor(release, MANIFEST);
  const text = manifestText(release);
  return (await put(bucket, { key, body: text, ...servedAs(MANIFEST), onlyIf: { absent: true } })) || (await getText(bucket, key))?.text === text;
}

async function writeRelease(host: Host, bucket: Connection, { release, diskPath, files }: PackedRelease): Promise<void> {
  const name = `${release.imageId}@${release.version}`;
  const { sizeBytes, sha256 } = release.disk;
  await uploadDisk(host, bucket, { key: keyFor(release, DISK), path: diskPath, sizeBytes, sha256, name, ...servedAs(DISK) });
  // One after the other: the list of digests is the last, and says that all others are there.
  for (const { name: file, text } of files) await put(bucket, { key: keyFor(release, file), body: text, ...servedAs(file) });
}

/** The tombstone stays: numbers are not used twice. */
async function deleteRelease(bucket: Connection, name: ReleaseName): Promise<void> {
  const keys = (await listKeys(bucket, keyFor(name, ''))).filter((key) => key !== keyFor(name, TOMBSTONE));
  // The list of digests first: what is cut short in the middle is not taken for a whole release.
  const ordered = keys.toSorted((a, b) => Number(b.endsWith('SHA256SUMS')) - Number(a.endsWith('SHA256SUMS')));
  for (const key of ordered) await remove(bucket, key);
  await abortUploads(bucket, { key: keyFor(name, DISK) });
}
