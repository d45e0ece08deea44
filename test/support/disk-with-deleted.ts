import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the root file system of such a disk begins. */
export const OFFSET_BYTES = 2 ** 20;

export interface MadeDisk {
  readonly dir: string;
  /** A qcow2 overlay whose parent holds the file system. */
  readonly path: string;
  /** The same bytes as a plain file. */
  readonly rawPath: string;
  readonly remove: () => void;
}

/** A real disk with one partition and a kept file, and, in its free blocks, the texts of files that were deleted. Needs no root and no mount. */
export function diskWithDeleted(texts: readonly string[]): MadeDisk {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-deleted-'));
  const script = String.raw`set -euo pipefail
cd "$1"; shift
truncate -s 18M raw
sfdisk -q raw <<<'start=2048, type=83'
mke2fs -q -F -t ext4 -b 4096 -E offset=1048576,lazy_itable_init=0 -O ^has_journal raw 16M
fs() { debugfs -w -R "$1" 'raw?offset=1048576' 2>/dev/null; }
printf 'kept\n' >kept; fs 'write kept kept' >/dev/null
n=0
for text; do printf '%s\n' "$text" >gone; fs "write gone gone$((n += 1))" >/dev/null; done
while ((n > 0)); do fs "rm gone$n"; n=$((n - 1)); done
e2fsck -fn 'raw?offset=1048576' >/dev/null 2>&1
qemu-img convert -f raw -O qcow2 raw parent.qcow2
qemu-img create -q -f qcow2 -b parent.qcow2 -F qcow2 disk.qcow2`;
  execFileSync('bash', ['-c', script, 'disk', dir, ...texts]);
  return { dir, path: join(dir, 'disk.qcow2'), rawPath: join(dir, 'raw'), remove: () => rmSync(dir, { recursive: true, force: true }) };
}
