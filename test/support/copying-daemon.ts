import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadeDisk } from './disk-with-deleted.ts';

/** Puts a storage daemon into a disk's folder, for PATH: what shows the disk, or its partition, as a plain file needs FUSE; this one copies it there. */
export function addCopyingDaemon({ dir, rawPath, partitionPath }: MadeDisk): void {
  const text = String.raw`#!/bin/bash
shown=$* shown=${'$'}{shown##*,mountpoint=} shown=${'$'}{shown%,writable=off}
case $* in
  *,offset=1048576,size=*) cp ${partitionPath} "$shown.part" ;;
  *) cp ${rawPath} "$shown.part" ;;
esac
mv "$shown.part" "$shown" # whole or not at all
exec sleep infinity
`;
  writeFileSync(join(dir, 'qemu-storage-daemon'), text, { mode: 0o755 });
}
