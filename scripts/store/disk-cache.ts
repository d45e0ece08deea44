import { basename, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { KeyFields } from '../model/build-plan.ts';

/** What is remembered beside a cached disk: which file holds it, what that stands on, and enough to explain later why another one was needed. */
export interface CachedDisk {
  readonly kind: 'CachedDisk';
  readonly schemaVersion: 1;
  readonly key: string;
  /** `base`, `compact` or a layer's name. */
  readonly name: string;
  readonly imageId: string;
  readonly keyFields: KeyFields;
  readonly bakedAt: string;
  /** Bare file name. Every bake gives its disk a new one: an overlay stays with the very bytes that it was made on. */
  readonly file: string;
  /** Bare file name of the disk below; null for a whole disk. */
  readonly parentFile: string | null;
  /** Of a disk that another machine shared: the digest that it came with. An overlay's own bytes differ from then on, since they name the parent's file. */
  readonly sharedSha256?: string;
}

/** A disk that was just made and is to be kept. */
export interface NewDisk {
  readonly key: string;
  readonly name: string;
  readonly imageId: string;
  readonly keyFields: KeyFields;
  readonly partialPath: string;
  readonly parentPath: string | null;
  /** Only of one that another machine shared. */
  readonly sharedSha256?: string;
}

/** Bases and layers by key. A disk is there when its description is, and everything below it: descriptions are written last. */
export interface DiskCache {
  readonly dir: string;
  /** Path of the disk with this key, or undefined when the cache does not have all of it, or not on this very parent. */
  readonly find: (key: string, parentPath?: string) => Promise<string | undefined>;
  /** Where a disk is made before it is kept; in the same folder, so that overlays name their parent by its bare file name. */
  readonly partialPath: (key: string) => string;
  readonly keep: (disk: NewDisk) => Promise<string>;
  /** The digest that a disk came with from another machine; undefined for one that was made here. */
  readonly sharedSha256: (path: string) => Promise<string | undefined>;
  /** Key fields of the newest cached disk of this name and image. */
  readonly newest: (name: string, imageId: string) => Promise<KeyFields | undefined>;
  /** Path of the newest whole disk of this name and image; undefined when there is none. */
  readonly newestPath: (name: string, imageId: string) => Promise<string | undefined>;
  /** Removes a disk whose content is elsewhere now; what is known of it stays, to explain later bakes. */
  readonly removeBytes: (path: string) => Promise<void>;
  /** Forgets all but the newest few disks of each name and image; returns how many files went. */
  readonly prune: (keep: number) => Promise<number>;
}

/** Opens the cache below a folder for one run; nothing is written until a disk is kept. */
export function openDiskCache(host: Host, cacheDir: string, runId: string): DiskCache {
  const shelf: Shelf = { host, dir: join(cacheDir, 'disks') };
  return {
    dir: shelf.dir,
    find: (key, parentPath) => find(shelf, key, parentPath),
    partialPath: (key) => join(shelf.dir, `.${key}.${runId}.partial`),
    keep: (disk) => keep(shelf, disk, `${disk.key.slice(0, 32)}.${runId}.qcow2`),
    sharedSha256: async (path) => (await descriptions(shelf)).find(({ file }) => file === basename(path))?.sharedSha256,
    newest: async (name, imageId) => newestOf((await descriptions(shelf)).filter((disk) => disk.name === name && disk.imageId === imageId))[0]?.keyFields,
    newestPath: async (name, imageId) => {
      const [disk] = newestOf((await descriptions(shelf)).filter((one) => one.name === name && one.imageId === imageId && one.parentFile === null));
      return disk === undefined ? undefined : find(shelf, disk.key);
    },
    removeBytes: async (path) => host.files.remove(path),
    prune: async (count) => {
      const all = await descriptions(shelf);
      const groups = Map.groupBy(all, ({ name, imageId }) => `${name} ${imageId}`);
      const newest = [...groups.values()].flatMap((group) => newestOf(group).slice(0, count));
      const kept = new Set(newest.flatMap((disk) => withAllBelow(all, disk)));
      for (const disk of all.filter((candidate) => !kept.has(candidate))) await host.files.remove(descriptionPath(shelf, disk.key));
      return removeUnreferenced(shelf);
    },
  };
}

interface Shelf {
  readonly host: Host;
  readonly dir: string;
}

function descriptionPath({ dir }: Shelf, key: string): string {
  return join(dir, `${key}.json`);
}

async function find(shelf: Shelf, key: string, parentPath?: string): Promise<string | undefined> {
  const all = await descriptions(shelf);
  const disk = all.find((candidate) => candidate.key === key);
  if (disk === undefined || (parentPath !== undefined && disk.parentFile !== basename(parentPath))) return undefined;
  for (let file: string | null = disk.file; file !== null; file = parentOf(all, file)) {
    if (!(await shelf.host.files.exists(join(shelf.dir, file)))) return undefined;
  }
  return join(shelf.dir, disk.file);
}

/** A disk whose description was dropped still lies below those that stand on it: it is then a whole disk, or its own parent is gone too. */
function parentOf(all: readonly CachedDisk[], file: string): string | null {
  return all.find((disk) => disk.file === file)?.parentFile ?? null;
}

async function keep(shelf: Shelf, { partialPath, parentPath, ...known }: NewDisk, file: string): Promise<string> {
  const { files, clock } = shelf.host;
  const path = join(shelf.dir, file);
  await files.sync(partialPath);
  await files.rename(partialPath, path);
  const bakedAt = clock.now().toISOString();
  const disk: CachedDisk = {
    kind: 'CachedDisk',
    schemaVersion: 1,
    ...known,
    bakedAt,
    file,
    parentFile: parentPath === null ? null : basename(parentPath),
  };
  await files.writeText(descriptionPath(shelf, known.key), `${JSON.stringify(disk, undefined, 2)}\n`);
  await files.sync(shelf.dir);
  return path;
}

function withAllBelow(all: readonly CachedDisk[], disk: CachedDisk): readonly CachedDisk[] {
  const parent = all.find(({ file }) => file === disk.parentFile);
  return parent === undefined ? [disk] : [disk, ...withAllBelow(all, parent)];
}

async function removeUnreferenced(shelf: Shelf): Promise<number> {
  const referenced = new Set((await descriptions(shelf)).flatMap(({ file, parentFile }) => [file, parentFile]));
  const files = (await shelf.host.files.list(shelf.dir)).filter((name) => name.endsWith('.qcow2') && !referenced.has(name));
  for (const name of files) await shelf.host.files.remove(join(shelf.dir, name));
  return files.length;
}

async function descriptions({ host, dir }: Shelf): Promise<readonly CachedDisk[]> {
  const names = (await host.files.list(dir)).filter((name) => name.endsWith('.json'));
  return (await Promise.all(names.map((name) => readDescription(host, join(dir, name))))).filter((disk) => disk !== undefined);
}

async function readDescription(host: Host, path: string): Promise<CachedDisk | undefined> {
  try {
    const disk = JSON.parse(await host.files.readText(path)) as CachedDisk;
    return disk.schemaVersion === 1 && typeof disk.file === 'string' ? disk : undefined;
  } catch {
    return undefined; // A torn description means that the disk is not there.
  }
}

function newestOf(disks: readonly CachedDisk[]): readonly CachedDisk[] {
  return disks.toSorted((left, right) => right.bakedAt.localeCompare(left.bakedAt));
}
