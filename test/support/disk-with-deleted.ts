import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the root file system of such a disk begins. */
export const OFFSET_BYTES = 2 ** 20;

/** The file systems that are made. */
export const DISK_TYPES = ['ext4', 'xfs'] as const;
export type DiskType = (typeof DISK_TYPES)[number];

export interface MadeDisk {
  readonly dir: string;
  readonly type: DiskType;
  /** A qcow2 overlay whose parent holds the file system. */
  readonly path: string;
  /** The same bytes as a plain file. */
  readonly rawPath: string;
  /** Its file system alone, as a plain file. */
  readonly partitionPath: string;
  readonly remove: () => void;
}

/** A real disk with one partition and a kept file, and, in its free blocks, the texts of files that were deleted. Needs no root and no mount. */
export function diskWithDeleted(texts: readonly string[], type: DiskType = 'ext4'): MadeDisk {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-deleted-'));
  execFileSync('bash', ['-c', SCRIPT, 'disk', dir, type, ...texts]);
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  return { dir, type, path: join(dir, 'disk.qcow2'), rawPath: join(dir, 'raw'), partitionPath: join(dir, 'partition'), remove };
}

const SCRIPT = String.raw`set -euo pipefail
cd "$1"; type=$2; shift 2
printf 'kept\n' >kept
make_ext4() {
  truncate -s 16M partition
  mke2fs -q -F -t ext4 -b 4096 -E lazy_itable_init=0 -O ^has_journal partition
  fs() { debugfs -w -R "$1" partition 2>/dev/null; }
  fs 'write kept kept' >/dev/null
  n=0
  for text; do printf '%s\n' "$text" >gone; fs "write gone gone$((n += 1))" >/dev/null; done
  while ((n > 0)); do fs "rm gone$n"; n=$((n - 1)); done
  e2fsck -fn partition >/dev/null 2>&1
}
# Nothing writes files into XFS without a mount but mkfs: what was deleted is put where it would be left, each text in another group. Smaller ones it does not make.
make_xfs() {
  truncate -s 320M partition
  printf '%s\n' /dev/null '0 0' 'd--755 0 0' 'kept ---644 0 0 kept' '$' >proto
  mkfs.xfs -q -p proto -d agcount=4 partition
  blocks=$(xfs_db -r -f -c 'sb 0' -c 'p agblocks' partition)
  n=0
  for text; do
    at=$(xfs_db -r -f -c 'freesp -d' partition | awk -v group="$n" -v blocks="${'$'}{blocks#* = }" '$1 == group && NF == 3 && $3 > 100 && !found++ { print group * blocks + $2 + 50 }')
    printf '%s\n' "$text" | dd of=partition bs=4096 seek="$at" conv=notrunc status=none
    n=$((n + 1))
  done
  xfs_repair -n -f partition >/dev/null 2>&1
}
"make_$type" "$@"
truncate -s "$(($(stat -c %s partition) + (2 << 20)))" raw
sfdisk -q raw <<<"start=2048, size=$(($(stat -c %s partition) / 512)), type=83"
dd if=partition of=raw bs=1M seek=1 conv=notrunc,sparse status=none
qemu-img convert -f raw -O qcow2 raw parent.qcow2
qemu-img create -q -f qcow2 -b parent.qcow2 -F qcow2 disk.qcow2`;
