import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../../boot/support/on-disk.ts';

/** Everything about one file of an image that a layer can decide. */
export type DiskTree = ReadonlyMap<string, string>;

const SCRIPT = String.raw`cd root
find . -printf '%P\t%y\t%m\t%U:%G\t%l\n' | LC_ALL=C sort >../list
find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum -z | tr '\0' '\n' >../sums`;

/** Reads the whole file system of a disk: kind, mode, owner, link target and content of every path, as one comparable line each. */
export function diskTree(diskPath: string): Promise<DiskTree> {
  return onDisk(diskPath, { access: 'read', script: SCRIPT }, async (dir) => {
    const [list, sums] = [await lines(join(dir, 'list')), await lines(join(dir, 'sums'))];
    const digests = new Map(sums.map((line) => [line.slice(68), line.slice(0, 64)]));
    return new Map(
      list.map((line) => {
        const [path = '', ...facts] = line.split('\t');
        return [path, [...facts, digests.get(path) ?? ''].join(' ')];
      }),
    );
  });
}

async function lines(path: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8')).replace(/\n$/, '').split('\n');
}
