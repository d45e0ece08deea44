import { freeSpaceProbe } from './free-space-probe.ts';
import { secretScanFunctions } from './secret-scan.ts';
import type { Partition } from './partition-table.ts';
import { shellWord } from '../model/shell-word.ts';

/** Where a root file system lies in a disk file, and where /boot may lie. */
export interface SealedDisk {
  readonly diskPath: string;
  readonly diskFormat: 'qcow2' | 'raw';
  /** Where the root file system begins. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** The other partitions: the disk's own fstab says whether one of them is /boot. */
  readonly otherPartitions: readonly Partition[];
}

/**
 * Shell lines that show a disk's root file system below $ROOT, and as a plain file, read-only at every level: file, format, partition, export, mount; and what
 * probes look for in all of it. They stand behind the probe functions.
 * They run in mount and PID namespaces of their own (`contain`), so whatever happens, the mount, the loop device and the daemon go with them.
 */
export function showSealedDisk(sealed: SealedDisk): string {
  const { diskPath, diskFormat } = sealed;
  const file = shellWord(JSON.stringify({ driver: 'file', 'node-name': 'file', filename: diskPath, 'read-only': true }));
  const disk = shellWord(JSON.stringify({ driver: diskFormat, 'node-name': 'disk', file: 'file', 'read-only': true }));
  return show(sealed, { prepare: `ingot_disk=${shellWord(diskPath)} ingot_format=${diskFormat}`, file, disk, readOnly: 'on' });
}

/**
 * The same for those who break a disk: what is shown is a layer on it in the scratch folder, so that also the bytes that belong to no file can be broken. The mount
 * is as read-only as ever, and the disk's own file is never written to.
 */
export function showThrowAwayLayer(sealed: SealedDisk): string {
  const { diskPath, diskFormat } = sealed;
  const prepare = `ingot_disk=$ingot_scratch/layer.qcow2 ingot_format=qcow2
qemu-img create -q -f qcow2 -b ${shellWord(diskPath)} -F ${diskFormat} "$ingot_disk" 1>&2 || exit 75`;
  const file = '"driver=file,node-name=file,filename=${ingot_disk//,/,,}"';
  return show(sealed, { prepare, file, disk: 'driver=qcow2,node-name=disk,file=file', readOnly: 'off' });
}

interface Showing {
  /** Lines that name the file, and make it where it is not there. */
  readonly prepare: string;
  /** The block devices of the daemon, as shell words. */
  readonly file: string;
  readonly disk: string;
  readonly readOnly: 'on' | 'off';
}

function show({ offsetBytes, sizeBytes, otherPartitions }: SealedDisk, { prepare, file, disk, readOnly }: Showing): string {
  return `${secretScanFunctions()}${freeSpaceProbe()}\
cd "$ingot_scratch" || exit 70
mkdir root; touch partition whole; ingot_daemon=
${prepare}
ingot_offset=${offsetBytes}
export ROOT="$ingot_scratch/root"
in_root() { # PATH of the image: where it is here, whatever links lead there; an absolute one would leave the image
  local path=$1 target turns=0
  while [[ -L $ROOT$path ]] && ((turns++ < 20)); do
    target=$(readlink "$ROOT$path")
    [[ $target == /* ]] && path=$target || path=\${path%/*}/$target
  done
  printf '%s\\n' "$ROOT$path"
}
export -f in_root
ingot_tidy() { sed -i "s|$ROOT|\\$ROOT|g" "$1"; }
trap 'umount -l "$ROOT" 2>/dev/null; kill "$ingot_daemon" "$ingot_watch" 2>/dev/null; wait 2>/dev/null; cd /; ingot_end' EXIT
qemu-storage-daemon --blockdev ${file} --blockdev ${disk} \\
  --blockdev driver=raw,node-name=partition,file=disk,offset=${offsetBytes},size=${sizeBytes},read-only=${readOnly} \\
  --export type=fuse,id=export,node-name=partition,mountpoint="$ingot_scratch/partition",writable=${readOnly === 'on' ? 'off' : 'on'} \\
  --export type=fuse,id=whole,node-name=disk,mountpoint="$ingot_scratch/whole",writable=off 1>&2 &
ingot_daemon=$!
until [[ $(stat -c %s partition) -gt 0 && $(stat -c %s whole) -gt 0 ]]; do
  kill -0 "$ingot_daemon" 2>/dev/null || { echo 'qemu-storage-daemon ended before it showed the disk' >&2; exit 71; }
  sleep 0.05
done
ingot_type=$(blkid -p -o value -s TYPE partition)
ingot_mount() {
  local more
  case $1 in
    ext[234]) more=noload ;;
    xfs) more=norecovery,nouuid ;;
    *) return 72 ;;
  esac
  mount -o "loop,ro,nosuid,nodev,noexec,$more$4" -t "$1" "$2" "$3" || return 73
}
ingot_mount "$ingot_type" partition "$ROOT" '' || {
  ingot_status=$?
  ((ingot_status != 72)) || echo "The root partition holds \${ingot_type:-no file system that blkid knows}; ext4 and xfs can be looked into" >&2
  exit "$ingot_status"
}
${showBoot(otherPartitions)}`;
}

/** Lines that mount what the disk's own fstab has at /boot, and the ESP where GRUB's environment lies there: as read-only as the root. */
function showBoot(otherPartitions: readonly Partition[]): string {
  const others = shellWord(otherPartitions.map(({ offsetBytes, sizeBytes, number, uuid = '-' }) => `${offsetBytes} ${sizeBytes} ${number} ${uuid}`).join('\n'));
  return `\
ingot_named() {
  awk -v path="$1" '$1 !~ /^#/ && $2 == path { gsub(/"/, "", $1); print $1 }' "$ROOT/etc/fstab" 2>/dev/null
}
# ingot_find SOURCE: offset, length and type of the partition that an fstab means by this.
ingot_find() {
  local at bytes number id values
  while read -r at bytes number id; do
    values=$(blkid -p -o export -O "$at" -S "$bytes" whole) || continue
    if sed -nE 's/^(UUID|LABEL)=(.*)/\\1=\\2\\n\\/dev\\/disk\\/by-\\L\\1\\E\\/\\2/p' <<<"$values" | cat - <(printf '%s\\n' "PARTUUID=$id" "PARTUUID=\${id^^}" "/dev/disk/by-partuuid/$id" /dev/{vda,sda,xvda,nvme0n1p}"$number") | grep -xF -- "$1" >/dev/null; then
      echo "$at $bytes $(sed -n 's/^TYPE=//p' <<<"$values")"
      return
    fi
  done <<<${others}
  return 1
}
ingot_boot=$(ingot_named /boot)
if [[ -n $ingot_boot ]]; then
  ingot_found=$(ingot_find "$ingot_boot") || { echo "The disk's fstab has $ingot_boot at /boot, and no partition of it is that" >&2; exit 76; }
  read -r ingot_at ingot_bytes ingot_kind <<<"$ingot_found"
  ingot_mount "$ingot_kind" whole "$ROOT/boot" ",offset=$ingot_at,sizelimit=$ingot_bytes" || { echo "What the disk has at /boot ($ingot_kind) could not be mounted" >&2; exit 77; }
fi
# The ESP of a system whose boot loader keeps its settings there; not every kernel can read it, and what asks for such a setting says so.
if [[ -L $ROOT/boot/grub2/grubenv ]] && ingot_found=$(ingot_find "$(ingot_named /boot/efi)"); then
  read -r ingot_at ingot_bytes ingot_kind <<<"$ingot_found"
  mount -o "loop,ro,nosuid,nodev,noexec,offset=$ingot_at,sizelimit=$ingot_bytes" -t "$ingot_kind" whole "$ROOT/boot/efi" 2>/dev/null
fi
true
`;
}
