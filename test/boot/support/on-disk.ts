import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contained } from '../../../scripts/host/containment.ts';

export interface DiskWork {
  /** `change` writes to the disk. */
  readonly access: 'read' | 'change';
  /** Bash, in a folder of its own: the disk's root file system is mounted at `root`. */
  readonly script: string;
}

/** The largest partition is the root; a disk that is only read is not even given its journal back. */
const SCRIPT = String.raw`set -euo pipefail
cd "$1"; mkdir root; : >disk
case $3 in read) protected=on writable=off options=,ro,noload ;; change) protected=off writable=on options= ;; esac
qemu-storage-daemon --blockdev driver=file,node-name=f,filename="$2",read-only=$protected --blockdev driver=qcow2,node-name=d,file=f,read-only=$protected \
  --export type=fuse,id=e,node-name=d,mountpoint="$1/disk",writable=$writable 1>&2 & daemon=$!
until [[ -s disk ]]; do kill -0 "$daemon"; done
start=$(sfdisk -d disk 2>/dev/null | awk -F'[=,]' '/start=/ { if ($4 + 0 > size) { size = $4 + 0; start = $2 + 0 } } END { print start }')
mount -o "loop,offset=$((start * 512))$options" disk root
bash -euo pipefail -c "$4"
umount root
until [[ -z $(losetup -n -O NAME -j "$1/disk") ]]; do :; done
kill "$daemon"; wait "$daemon" || true`;

/** Works on the files of a disk without booting it, then looks at what the script has left in its folder. */
export async function onDisk<T>(diskPath: string, { access, script }: DiskWork, look: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'ingot-on-disk-'));
  try {
    const [program, ...args] = contained(['bash', '-c', SCRIPT, 'on-disk', dir, diskPath, access, script], true);
    await execa(program, args);
    return await look(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
