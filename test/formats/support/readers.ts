import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { READERS_PYTHON } from './install-readers.ts';

/** What a reader found on a disk. */
export interface Reading {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Reads a disk from its first byte to its last, or fails. */
export type Reader = (path: string) => Promise<Reading>;

const READ_DISK = join(import.meta.dirname, 'read-disk.py');

/** One of the libyal libraries shows the disk as a file; e2fsck then goes through the file system that it finds there. */
export function libyal(mountProgram: string): Reader {
  return (path) =>
    shown(mountProgram, path, async (disk) => {
      checkFileSystem(disk);
      return digestOf(createReadStream(disk, { highWaterMark: 2 ** 20 }));
    });
}

/** 7-Zip; it has decoders of its own, zstd among them. */
export function sevenZip(type: string): Reader {
  return (path) => printed(['7zz', 'x', '-so', '-bd', `-t${type}`, path]);
}

/** Dissect, written in Python for forensics. */
export function dissect(kind: string): Reader {
  const read = promisify(execFile);
  return async (path) => {
    const { stdout } = await read(READERS_PYTHON, [READ_DISK, kind, path]);
    const [sha256 = '', size] = stdout.trim().split(' ');
    return { sha256, sizeBytes: Number(size) };
  };
}

/** What a program prints, and that it ends well. */
export async function printed([program = '', ...args]: readonly string[]): Promise<Reading> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const reading = await digestOf(child.stdout);
  const exitCode = await ended;
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${errors.join('').trim()}`);
  return reading;
}

/** Digest and length of a stream. */
export async function digestOf(stream: Readable): Promise<Reading> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function shown<T>(mountProgram: string, path: string, look: (disk: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'shown-'));
  execFileSync(mountProgram, [path, dir], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    return await look(join(dir, readdirSync(dir)[0] ?? 'nothing'));
  } finally {
    execFileSync('umount', [dir]);
    rmdirSync(dir);
  }
}

/** The root is the largest partition. */
function checkFileSystem(disk: string): void {
  const { partitiontable } = JSON.parse(execFileSync('sfdisk', ['--json', disk], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as {
    partitiontable: { partitions: readonly { start: number; size: number }[] };
  };
  const [root] = partitiontable.partitions.toSorted((a, b) => b.size - a.size);
  execFileSync('e2fsck', ['-fn', `${disk}?offset=${(root?.start ?? 0) * 512}`], { stdio: ['ignore', 'pipe', 'pipe'] });
}
