import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Host } from '../../host/host.ts';
import { MOST_RECORD_BYTES } from '../../plan/layer-record.ts';
import { assertDigest } from '../release-folder.ts';
import type { IndexText } from '../shelf.ts';
import type { LayerShelf, SharedDisk } from './layer-shelf.ts';

const CHUNK_BYTES = 4 * 2 ** 20;

/** Shared layers in a folder, which may be a network's: everything is written under a temporary name, flushed, and only then gets its own. */
export function folderLayers(host: Host, dir: string): LayerShelf {
  return {
    location: dir,
    readText: (name) => readText(host, join(dir, name)),
    replaceText: (name, text, read) => replaceText(host, join(dir, name), { text, read }),
    sizeOf: (name) => sizeOf(host, join(dir, name)),
    open: (name, offset) => Promise.resolve(chunksOf(host, join(dir, name), offset)),
    writeDisk: (name, disk) => writeDisk(host, join(dir, name), disk),
  };
}

async function readText({ files }: Host, path: string): Promise<IndexText | undefined> {
  // A link is nobody's record: what it leads to was put there by someone else.
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  const bytes = await files.readBytes(path, { offset: 0, length: MOST_RECORD_BYTES });
  const text = Buffer.from(bytes).toString('utf8');
  return { text, revision: text };
}

async function replaceText(host: Host, path: string, { text, read }: { readonly text: string; readonly read: IndexText | undefined }): Promise<boolean> {
  const { files } = host;
  const partialPath = partialOf(path);
  await files.makeDir(dirname(path));
  try {
    await files.writeText(partialPath, text);
    if (read === undefined) return await linkNew(host, partialPath, path);
    if ((await readText(host, path))?.revision !== read.revision) return false;
    await files.rename(partialPath, path);
    await files.sync(dirname(path));
    return true;
  } finally {
    await files.remove(partialPath);
  }
}

/** A name that is there already stays: the first one wins. */
async function linkNew({ files }: Host, partialPath: string, path: string): Promise<boolean> {
  try {
    await files.link(partialPath, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  await files.sync(dirname(path));
  return true;
}

async function sizeOf({ files }: Host, path: string): Promise<number | undefined> {
  const stat = await files.stat(path);
  return stat?.kind === 'file' ? stat.sizeBytes : undefined;
}

async function* chunksOf({ files }: Host, path: string, from: number): AsyncGenerator<Uint8Array> {
  for (let offset = from; ; offset += CHUNK_BYTES) {
    const chunk = await files.readBytes(path, { offset, length: CHUNK_BYTES });
    if (chunk.length > 0) yield chunk;
    if (chunk.length < CHUNK_BYTES) return;
  }
}

async function writeDisk({ files, ...host }: Host, path: string, { path: from, sha256, title }: SharedDisk): Promise<void> {
  const partialPath = partialOf(path);
  await files.makeDir(dirname(path));
  try {
    await files.copy(from, partialPath);
    await assertDigest({ files, ...host }, partialPath, { sha256, name: title });
    await files.sync(partialPath);
    await files.rename(partialPath, path);
    await files.sync(dirname(path));
  } finally {
    await files.remove(partialPath);
  }
}

function partialOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.partial`;
}
