#!/usr/bin/env bash
# Why: bakes one layer at full CPU speed: a qcow2 overlay on the parent, changed in a chroot, without booting anything.
# Needs: root; qemu-storage-daemon with FUSE exports, loop devices; PARENT_DISK, OUTPUT_DISK, PAYLOAD_DIR, WORK_DIR; APT_CACHE_DIR and DISK_MIB optional; surroundings.sh beside it.
set -euo pipefail

# A mount or a process that escapes would outlive a killed run: everything below happens in namespaces of its own.
if [[ ${1:-} != contained ]]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- bash "$0" contained
fi

# shellcheck source=/dev/null
. "$(dirname -- "$0")/surroundings.sh"

export LC_ALL=C.UTF-8
root=$WORK_DIR/root
disk=$WORK_DIR/disk
loop=
sector=512

main() {
  make_overlay
  export_disk
  trap release EXIT
  find_root
  grow_partition
  mount_root
  mount_boot
  mount_surroundings
  hold_services_back
  inside "$root" /run/ingot/payload/run-layer.sh
  stop_stragglers
  let_services_go
  rest
}

# A vendor's image is a small disk: it grows in the first layer, as it would by itself in a VM.
make_overlay() {
  local have
  qemu-img create -q -f qcow2 -b "$PARENT_DISK" -F qcow2 "$OUTPUT_DISK"
  have=$(qemu-img info "$OUTPUT_DISK" | sed -n 's/^virtual size:.*(\([0-9]*\) bytes)$/\1/p')
  ((have >= ${DISK_MIB:-0} << 20)) || qemu-img resize -q "$OUTPUT_DISK" "${DISK_MIB}M"
}

# The overlay appears as a plain file whose bytes are the disk's: no conversion to raw, no nbd, no partition scan.
export_disk() {
  mkdir -p "$root"
  : >"$disk"
  qemu-storage-daemon \
    --blockdev "node-name=file,driver=file,filename=${OUTPUT_DISK//,/,,},discard=unmap,cache.no-flush=on" \
    --blockdev node-name=layer,driver=qcow2,file=file,discard=unmap,cache.no-flush=on \
    --export "type=fuse,id=e,node-name=layer,mountpoint=${disk//,/,,},writable=on" &
  daemon=$!
  until [[ -s $disk ]]; do
    kill -0 "$daemon" || { echo "ingot: the storage daemon did not start" >&2 && exit 1; }
    sleep 0.02
  done
}

# The root file system is the largest partition of every disk that we take.
find_root() {
  table=$(sfdisk -d "$disk")
  read -r start size last < <(awk -F'[=,]' '
    /start=/ { if ($4 + 0 > size) { size = $4 + 0; start = $2 + 0 }; if ($2 + 0 > last) last = $2 + 0 }
    END { print start, size, last }' <<<"$table") || true
  [[ -n $start ]] || { echo "ingot: no partition on $PARENT_DISK" >&2 && exit 1; }
}

# Only where nothing lies behind it; sfdisk itself knows how far a partition may go.
grow_partition() {
  grown=
  ((start == last && (start + size) * sector + (4 << 20) < $(stat -c %s "$disk"))) || return 0
  sed -E "/^last-lba:/d; /start= *$start,/s/size= *[0-9]+, *//" <<<"$table" | sfdisk --quiet --no-reread --no-tell-kernel --force "$disk"
  grown=yes
  find_root
}

mount_root() {
  local type
  loop=$(losetup --find --show --offset $((start * sector)) --sizelimit $((size * sector)) "$disk")
  type=$(blkid -p -o value -s TYPE "$loop")
  case $type in
    ext4)
      [[ -z $grown ]] || grow_ext4
      mount -t ext4 -o discard,noatime,nobarrier "$loop" "$root"
      ;;
    xfs)
      mount -t xfs -o discard,noatime,nouuid "$loop" "$root"
      [[ -z $grown ]] || grow_xfs
      ;;
    *) echo "ingot: the root file system is ${type:-unknown}; ext4 and xfs are known" >&2 && exit 1 ;;
  esac
  losetup -d "$loop" # goes by itself when the last user has gone
}

# Before it is mounted: growing a mounted one needs a right that containers do not have. 1: something small was mended.
grow_ext4() {
  local status=0
  e2fsck -f -p "$loop" || status=$?
  ((status <= 1)) || exit "$status"
  resize2fs "$loop" 2>&1
}

# While it is mounted: XFS knows no other way.
grow_xfs() {
  command -v xfs_growfs >/dev/null || { echo "ingot: the root file system of this base is XFS and has to grow: install xfsprogs on the host" >&2 && exit 1; }
  xfs_growfs "$root"
}

# Where the base keeps its kernels on a partition of their own, an upgrade has to find it: below an empty /boot nothing would ever start.
# RPM packages own files of the ESP as well; Debian's leave it to grub-install, which writes there when a machine boots.
mount_boot() {
  mount_named /boot
  [[ ! -d $root/var/lib/rpm ]] || mount_named /boot/efi
}

# mount_named PATH: the partition that the base's own fstab has at this path.
mount_named() {
  local named type loop begin sectors options=noatime
  named=$(awk -v path="$1" '$1 !~ /^#/ && $2 == path { gsub(/"/, "", $1); print $1 }' "$root/etc/fstab" 2>/dev/null) || true
  [[ -n $named ]] || return 0
  read -r begin sectors type < <(partition_named "$named") || true
  [[ -n $type ]] || { echo "ingot: the base's fstab has $named at $1, and no partition of $PARENT_DISK is that: bake with --driver vm" >&2 && exit 1; }
  [[ $type != xfs ]] || options+=,nouuid
  loop=$(losetup --find --show --offset $((begin * sector)) --sizelimit $((sectors * sector)) "$disk")
  mount -t "$type" -o "$options" "$loop" "$root$1" || {
    losetup -d "$loop"
    echo "ingot: what the base has at $1 ($type) cannot be mounted on this host: bake with --driver vm" >&2
    exit 1
  }
  losetup -d "$loop"
}

# partition_named SOURCE: where it begins and how long it is, in sectors, and what it holds; by each name that an fstab may give it.
partition_named() {
  local number begin sectors id found
  while read -r number begin sectors id; do
    found=$(blkid -p -o export -O $((begin * sector)) -S $((sectors * sector)) "$disk") || continue
    if grep -qxF -- "$1" < <(partition_names "$number" "$id" <<<"$found"); then
      echo "$begin $sectors $(sed -n 's/^TYPE=//p' <<<"$found")"
      return
    fi
  done < <(awk -F'[=,]' '/ : start=/ {
    number = $1; sub(/ : start$/, "", number); sub(/.*[^0-9]/, "", number)
    id = "-"; for (field = 5; field < NF; field++) if ($field ~ /uuid$/) id = tolower($(field + 1))
    print number, $2 + 0, $4 + 0, id }' <<<"$table")
}

# partition_names NUMBER ID <what blkid says of it.
partition_names() {
  local disk
  sed -nE 's/^(UUID|LABEL)=(.*)/\1=\2\n\/dev\/disk\/by-\L\1\E\/\2/p'
  printf '%s\n' "PARTUUID=$2" "PARTUUID=${2^^}" "/dev/disk/by-partuuid/$2"
  for disk in vda sda xvda nvme0n1p; do echo "/dev/$disk$1"; done
}

mount_surroundings() {
  surroundings "$root"
  mkdir -p "$root/run/systemd/resolve" "$root/run/shm"
  cp /etc/resolv.conf "$root/run/systemd/resolve/stub-resolv.conf"
  cp /etc/resolv.conf "$root/run/systemd/resolve/resolv.conf"
  [[ -L $root/etc/resolv.conf ]] || [[ ! -e $root/etc/resolv.conf ]] || mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  show_payload "$root" "$PAYLOAD_DIR"
  if [[ $(<"$PAYLOAD_DIR/layer") == packages && -f $root/etc/hosts ]] && ! cmp -s /etc/hosts "$root/etc/hosts"; then
    # A mirror may have its name from the host alone.
    mount --bind /etc/hosts "$root/etc/hosts"
    mount -o remount,bind,ro "$root/etc/hosts"
  fi
  if [[ -n ${APT_CACHE_DIR:-} ]]; then
    mkdir -p "$APT_CACHE_DIR/archives/partial" "$APT_CACHE_DIR/lists/partial"
    mount --bind "$APT_CACHE_DIR/archives" "$root/var/cache/apt/archives"
    mount --bind "$APT_CACHE_DIR/lists" "$root/var/lib/apt/lists"
  fi
}

hold_services_back() {
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
}

# What a package's script left running would hold the file system.
stop_stragglers() {
  local process
  for process in /proc/[0-9]*; do
    [[ $(readlink "$process/root" 2>/dev/null) == "$root" ]] && kill -KILL "${process#/proc/}" 2>/dev/null
  done
  return 0
}

let_services_go() {
  rm -f "$root/usr/sbin/policy-rc.d"
}

# An unmount that returns is not yet a disk at rest: sync, unmount, and wait until the loop device has gone.
rest() {
  sync -f "$root"
  trim
  umount -R "$root"
  until [[ -z $(losetup -n -O NAME -j "$disk") ]]; do sleep 0.02; done
  kill "$daemon"
  wait "$daemon" || true
  trap - EXIT
}

# Only below the compaction: over it, every block that is free anyway would become a zero cluster to be committed.
trim() {
  case $(<"$PAYLOAD_DIR/layer") in
    packages | app) fstrim "$root" ;;
  esac
}

release() {
  umount -R "$root" 2>/dev/null || true
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
}

main
