import { join } from 'node:path';
import { freeSpaceFunctions } from '../checks/free-space-scan.ts';
import { BakeError } from '../errors.ts';
import type { LayerPlan } from '../model/build-plan.ts';
import type { Context } from './stage.ts';

export interface Clearing {
  readonly layer: LayerPlan;
  /** An overlay that names its parent; not yet kept, so that a step that breaks off leaves nothing half-done. */
  readonly diskPath: string;
  /** Exists, and is removed after the layer. */
  readonly workDir: string;
}

/**
 * Writes zeros over every free block of a layer's root file system that still holds data. Discards alone do not: they free whole clusters of 64 KiB, and a deleted
 * host key has one block of 4 KiB. Nothing is mounted, so that it is the same for both drivers.
 */
export async function clearFreeBlocks({ layer, diskPath, workDir }: Clearing, { host, say }: Pick<Context, 'host' | 'say'>): Promise<void> {
  const scriptPath = join(workDir, 'clear-free-blocks.sh');
  await host.files.writeUnsynced(scriptPath, SCRIPT);
  const { exitCode, stdout, stderr } = await host.run(['bash', scriptPath], {
    contain: true,
    reject: false,
    env: { DISK: diskPath, LAYER: layer.name, WORK_DIR: workDir },
  });
  if (exitCode !== 0) {
    throw new BakeError('BAKE_FAILED', {
      what: `Deleted data could not be cleared from the free blocks of the layer ${layer.name}`,
      fix: 'Mend what the lines below name, and run the same command again; layers below it are kept. Report this if it stays',
      details: stderr.trim().split('\n').slice(-10),
    });
  }
  say({ type: 'progress', stage: layer.name, message: stdout.trim() });
}

const SCRIPT = `#!/usr/bin/env bash
set -euo pipefail
export LC_ALL=C
${freeSpaceFunctions()}
main() {
  local root offset size type pieces filled left status=0
  cd "$WORK_DIR"
  show_disk
  # The root file system is the largest partition of every disk that we take.
  root=$(sfdisk -d shown | awk -F'[=,]' '/start=/ && $4 + 0 > size { size = $4 + 0; start = $2 + 0 } END { printf "%.0f %.0f\\n", start * 512, size * 512 }')
  hide_disk
  read -r offset size <<<"$root"
  show_disk ",offset=$offset,size=$size"
  type=$(blkid -p -o value -s TYPE shown)
  pieces=$(ingot_free_pieces "$DISK" qcow2 shown "$type" "$offset") || status=$?
  hide_disk
  # What the machine did not write back before it went off, the next layer does; and the last one clears what is below it as well.
  [[ $status != 3 || $LAYER == sealed ]] || { echo 'The file system waits for its journal: its free blocks stay as they are'; return; }
  ((status == 0)) || fail 'its free blocks could not be listed'
  filled=$(ingot_filled "$DISK" qcow2 <<<"$pieces") || fail 'its free blocks could not be read'
  [[ -n $filled ]] || { echo 'Free blocks hold no data'; return; }
  sed 's/^/aio_write -q -z -u /' <<<"$filled" | ingot_flushed | qemu-io -t unsafe -d unmap -f qcow2 "$DISK" >&2 || fail 'its free blocks could not be written'
  left=$(ingot_filled "$DISK" qcow2 <<<"$filled") || fail 'its free blocks could not be read again'
  [[ -z $left ]] || fail "$(wc -l <<<"$left") pieces of its free space hold data as before"
  awk '{ sum += $2 } END { printf "Cleared %d KiB of free blocks that held data\\n", sum / 1024 }' <<<"$filled"
}
# As a file, and only the part of it that is asked for.
show_disk() { # [,offset=BYTES,size=BYTES]
  : >shown
  setpriv --pdeathsig KILL -- qemu-storage-daemon --blockdev "driver=file,node-name=file,filename=\${DISK//,/,,},read-only=on" --blockdev driver=qcow2,node-name=disk,file=file,read-only=on \\
    --blockdev "driver=raw,node-name=part,file=disk,read-only=on\${1:-}" --export "type=fuse,id=e,node-name=part,mountpoint=\${PWD//,/,,}/shown,writable=off" >&2 &
  daemon=$!
  trap hide_disk EXIT
  until [[ -s shown ]]; do
    kill -0 "$daemon" || fail 'the storage daemon did not start'
    sleep 0.02
  done
}
# Before anything is written: it holds the disk, too.
hide_disk() {
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" || true
  trap - EXIT
}
fail() {
  echo "ingot: $*" >&2
  exit 1
}
main
`;
