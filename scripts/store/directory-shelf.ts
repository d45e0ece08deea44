import { dirname, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { compareVersions, IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import { parseMoveTarget } from './channel-history.ts';
import { diskError } from './disk-error.ts';
import { storeCorrupt } from './index-file.ts';
import { withLock } from './lock.ts';
import { DISK } from './pack-release.ts';
import { readOrUndefined } from './process-identity.ts';
import { PARTIAL, releaseDir, writeReleaseFolder } from './release-folder.ts';
import { TOMBSTONE, type IndexText, type Shelf, type StoredRelease } from './shelf.ts';

/** A disk is hashed under the lock: as many publishers as cores have work for get their turn in this time. */
const LOCK_WAIT_MS = 10 * 60 * 1000;

/** Releases in a folder of this host: a folder each, written under a temporary name and renamed; writers take turns under one lock. */
export function directoryShelf(host: Host, dir: string): Shelf {
  const { files } = host;
  return {
    location: dir,
    resumes: false,
    derivesIndex: false,
    assertUsable: () => assertUsable(host, dir),
    readIndexText: () => readIndexText(host, join(dir, 'index.json')),
    replaceIndexText: async (text) => {
      await files.writeText(join(dir, 'index.json'), text);
      await files.sync(dir);
      return true;
    },
    ...directoryNotes(host, dir),
    readHistory: async () => ((await readOrUndefined(host, historyPath(dir))) ?? '').split('\n'),
    appendHistory: (line) => appendLine(host, historyPath(dir), line),
    releases: () => listFolders(host, dir),
    takenVersions: async (imageId) => {
      const moved = ((await readOrUndefined(host, historyPath(dir))) ?? '').split('\n').map((line) => parseMoveTarget(line, imageId));
      return [...(await foldersOf(host, dir, imageId)), ...moved.filter((version) => version !== undefined)];
    },
    claim: async (release) => !(await files.exists(releaseDir(dir, release))),
    writeRelease: (packed) => writeReleaseFolder(host, dir, packed),
    fileNames: (name) => files.list(releaseDir(dir, name)),
    readText: async (name, file) =>
      (await isFile(host, join(releaseDir(dir, name), file))) ? readOrUndefined(host, join(releaseDir(dir, name), file)) : undefined,
    sizeOf: async (name, file) => {
      const stat = await files.stat(join(releaseDir(dir, name), file));
      return stat?.kind === 'file' ? stat.sizeBytes : undefined;
    },
    holdsDisk: async (release) => {
      const path = join(releaseDir(dir, release), DISK);
      return (await isFile(host, path)) && (await files.digest(path)) === release.disk.sha256;
    },
    bringDisk: (release) => Promise.resolve(join(releaseDir(dir, release), DISK)),
    markRemoved: (name) => files.writeText(join(releaseDir(dir, name), TOMBSTONE), ''),
    unmarkRemoved: (name) => files.remove(join(releaseDir(dir, name), TOMBSTONE)),
    deleteRelease: async ({ imageId, version }) => {
      // Renamed first: a deletion that is cut short must not lose the tombstone and keep the rest.
      const doomed = join(dir, imageId, `.${version}.removed.partial`);
      await files.rename(releaseDir(dir, { imageId, version }), doomed);
      await files.remove(doomed);
    },
    sweep: () => sweepPartials(host, dir),
    exclusively: (purpose, work) => exclusively(host, dir, { purpose, work }),
  };
}

interface Turn<T> {
  readonly purpose: string;
  readonly work: () => Promise<T>;
}

async function exclusively<T>(host: Host, dir: string, { purpose, work }: Turn<T>): Promise<T> {
  try {
    return await withLock(host, join(dir, '.lock'), { purpose, waitMs: LOCK_WAIT_MS }, work);
  } catch (error) {
    throw diskError(error, dir);
  }
}

function directoryNotes(host: Host, dir: string): Pick<Shelf, 'readNote' | 'writeNote' | 'writePage'> {
  return {
    readNote: (name) => readOrUndefined(host, join(dir, name)),
    writeNote: async (name, text) => {
      await host.files.writeText(join(dir, name), text);
      await host.files.sync(dir);
    },
    writePage: (path, text) => writePage(host, join(dir, path), text),
  };
}

function historyPath(dir: string): string {
  return join(dir, 'channels.jsonl');
}

async function writePage({ files }: Host, path: string, text: string): Promise<void> {
  await files.makeDir(dirname(path));
  await files.writeText(path, text);
}

async function isFile(host: Host, path: string): Promise<boolean> {
  return (await host.files.stat(path))?.kind === 'file';
}

async function readIndexText(host: Host, path: string): Promise<IndexText | undefined> {
  const kind = (await host.files.stat(path))?.kind;
  if (kind === undefined) return undefined;
  const details = [`file: ${path}`];
  if (kind !== 'file') throw storeCorrupt('The index of the store cannot be trusted: it is not a file', details);
  try {
    return { text: await host.files.readText(path), revision: '' };
  } catch (error) {
    throw storeCorrupt(`The index of the store cannot be read: ${error instanceof Error ? error.message : String(error)}`, details);
  }
}

async function appendLine(host: Host, path: string, line: string): Promise<void> {
  const before = (await readOrUndefined(host, path)) ?? '';
  await host.files.appendText(path, `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`);
  await host.files.sync(path);
}

async function listFolders(host: Host, dir: string): Promise<readonly StoredRelease[]> {
  const found: StoredRelease[] = [];
  for (const imageId of await imageFolders(host, dir)) {
    for (const version of await foldersOf(host, dir, imageId)) {
      const releaseFolder = releaseDir(dir, { imageId, version });
      // A link instead of a folder holds nothing that is the store's own.
      const files = (await host.files.stat(releaseFolder))?.kind === 'directory' ? await host.files.list(releaseFolder) : [];
      found.push({ imageId, version, files });
    }
  }
  return found;
}

async function foldersOf(host: Host, dir: string, imageId: string): Promise<readonly string[]> {
  return (await host.files.list(join(dir, imageId))).filter((name) => VERSION_PATTERN.test(name)).toSorted(compareVersions);
}

async function imageFolders(host: Host, dir: string): Promise<readonly string[]> {
  const names = (await host.files.list(dir)).filter((name) => IMAGE_ID_PATTERN.test(name));
  const kinds = await Promise.all(names.map(async (name) => (await host.files.stat(join(dir, name)))?.kind));
  return names.filter((_, at) => kinds[at] === 'directory');
}

/** Runs under the store's lock: whatever is half-written there has no living writer. */
async function sweepPartials(host: Host, dir: string): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const imageId of await imageFolders(host, dir)) {
    for (const name of (await host.files.list(join(dir, imageId))).filter((entry) => PARTIAL.test(entry))) {
      await host.files.remove(join(dir, imageId, name));
      notes.push(`Removed the half-written ${join(imageId, name)}`);
    }
  }
  return notes;
}

async function assertUsable(host: Host, dir: string): Promise<void> {
  try {
    await host.files.makeDir(dir);
  } catch (error) {
    throw diskError(error, dir);
  }
  if (!(await host.files.writable(dir)))
    throw notWritable(`${dir} cannot be written`, 'Give yourself the right to write there, or choose another folder with --store DIR');
  const mode = (await host.files.stat(dir))?.mode ?? 0;
  if ((mode & 0o002) !== 0)
    throw notWritable(
      `Anyone on this host can write to the store ${dir}`,
      `Take that right away (chmod o-w ${dir}), or choose a folder of your own with --store DIR`,
    );
}

function notWritable(what: string, fix: string): BakeError {
  return new BakeError('STORE_NOT_WRITABLE', { what, fix });
}
