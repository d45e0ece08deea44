import { constants, createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Files, FileStat } from './host.ts';

/** The machine's own file system. */
export const localFiles: Files = {
  readText: (path) => fs.readFile(path, 'utf8'),
  readBytes,
  writeText,
  writeUnsynced: async (path, text, mode = 0o644) => {
    await fs.writeFile(path, text, { mode });
    await fs.chmod(path, mode);
  },
  appendText: (path, text) => fs.appendFile(path, text),
  appendBytes,
  writeAt,
  createExclusive,
  exists: async (path) => (await localFiles.stat(path)) !== undefined,
  stat,
  list: async (dir) => (await ignoringMissing(fs.readdir(dir)))?.toSorted() ?? [],
  makeDir: async (dir) => void (await fs.mkdir(dir, { recursive: true })),
  makeTempDir: (parentDir, prefix) => fs.mkdtemp(join(parentDir, prefix)),
  remove: (path) => fs.rm(path, { recursive: true, force: true }),
  rename: (from, to) => fs.rename(from, to),
  copy: (from, to) => fs.copyFile(from, to, constants.COPYFILE_FICLONE),
  link,
  realPath: (path) => ignoringMissing(fs.realpath(path)),
  symlink: (target, path) => fs.symlink(target, path),
  readLink: (path) => fs.readlink(path),
  chmod: (path, mode) => fs.chmod(path, mode),
  setModified: (path, at) => fs.utimes(path, at, at),
  truncate,
  sync,
  digest,
  freeBytes: async (dir) => {
    const { bavail, bsize } = await fs.statfs(dir);
    return bavail * bsize;
  },
  writable: async (dir) => {
    try {
      await fs.access(dir, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

async function readBytes(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
  if (range === undefined) return fs.readFile(path);
  await using file = await fs.open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(range.length), 0, range.length, range.offset);
  return buffer.subarray(0, bytesRead);
}

async function writeText(path: string, text: string, mode = 0o644): Promise<void> {
  const temporaryPath = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await using file = await fs.open(temporaryPath, 'wx', mode);
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
    await fs.rename(temporaryPath, path);
  } catch (error) {
    await fs.rm(temporaryPath, { force: true });
    throw error;
  }
}

async function appendBytes(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await fs.open(path, 'a');
  for await (const chunk of chunks) await file.writeFile(chunk);
}

async function writeAt(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  await using file = await fs.open(path, 'r+');
  await file.write(bytes, 0, bytes.length, offset);
}

async function createExclusive(path: string, text: string): Promise<boolean> {
  try {
    await fs.writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function stat(path: string): Promise<FileStat | undefined> {
  const found = await ignoringMissing(fs.lstat(path));
  if (found === undefined) return undefined;
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'symlink' : 'other';
  return { kind, sizeBytes: found.size, mode: found.mode & 0o7777, uid: found.uid, modifiedMs: found.mtimeMs };
}

async function link(from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    if (!isErrno(error, 'EXDEV') && !isErrno(error, 'EPERM') && !isErrno(error, 'EMLINK')) throw error;
    await fs.copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }
}

async function truncate(path: string, sizeBytes: number): Promise<void> {
  await using file = await fs.open(path, 'a');
  await file.truncate(sizeBytes);
}

async function sync(path: string): Promise<void> {
  await using file = await fs.open(path, 'r');
  await file.sync();
}

async function digest(path: string, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function ignoringMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
