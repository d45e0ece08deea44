import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything about one file of an image that a layer can decide. */
export type DiskTree = ReadonlyMap<string, string>;

const SCRIPT = String.raw`set -euo pipefail
cd "$1"; mkdir root; : >disk
qemu-storage-daemon --blockdev driver=file,node-name=f,filename="$2",read-only=on --blockdev driver=qcow2,node-name=d,file=f,read-only=on \
  --export type=fuse,id=e,node-name=d,mountpoint="$1/disk",writable=off 1>&2 & daemon=$!
until [[ -s disk ]]; do kill -0 "$daemon"; done
start=$(sfdisk -d disk 2>/dev/null | awk -F'[=,]' '/start=/ { if ($4 + 0 > size) { size = $4 + 0; start = $2 + 0 } } END { print start }')
mount -o "loop,ro,noload,offset=$((start * 512))" disk root
cd root
find . -xdev -printf '%P\t%y\t%m\t%U:%G\t%l\n' | LC_ALL=C sort >"$1/list"
find . -xdev -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum -z | tr '\0' '\n' >"$1/sums"
cd /; umount "$1/root"; kill "$daemon"`;

/** Reads the whole file system of a disk: kind, mode, owner, link target and content of every path, as one comparable line each. */
export async function diskTree(diskPath: string): Promise<DiskTree> {
  const dir = await mkdtemp(join(tmpdir(), 'ingot-tree-'));
  try {
    await execa('unshare', [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '--propagation',
      'private',
      '--',
      'bash',
      '-c',
      SCRIPT,
      'tree',
      dir,
      diskPath,
    ]);
    const { stdout: list } = await execa('cat', [join(dir, 'list')]);
    const { stdout: sums } = await execa('cat', [join(dir, 'sums')]);
    const digests = new Map(sums.split('\n').map((line) => [line.slice(68), line.slice(0, 64)]));
    return new Map(
      list.split('\n').map((line) => {
        const [path = '', ...facts] = line.split('\t');
        return [path, [...facts, digests.get(path) ?? ''].join(' ')];
      }),
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
