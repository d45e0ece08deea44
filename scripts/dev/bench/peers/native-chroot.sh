#!/usr/bin/env bash
# Why: the yardstick for a native bake: what somebody who knows how would type for the same packages, with none of Ingot's doing around it.
# Needs: root in a mount and PID namespace of its own; BASE, OUTPUT, WORK_DIR, PACKAGES (a file, one name a line), ACCESS_DIR (sources.list, apt.conf),
#   APT_DIR (archives/ and lists/, kept by the caller); qemu-storage-daemon with FUSE exports, loop devices. DOWNLOAD_ONLY=1 fills APT_DIR and stops.
#   Writes WORK_DIR/steps.tsv (step, seconds) and WORK_DIR/packages.txt (what is installed).
set -euo pipefail

overlay=$WORK_DIR/overlay.qcow2
disk=$WORK_DIR/disk
root=$WORK_DIR/root
daemon=

main() {
  trap give_back EXIT
  step mount attach
  step update guest_apt update
  step download guest_apt install --download-only "${names[@]}"
  [[ -z ${DOWNLOAD_ONLY:-} ]] || return 0
  step install guest_apt install "${names[@]}"
  step clean tidy
  step check detach
  step convert qemu-img convert -c -o compression_type=zstd,cluster_size=256K -m 4 -W -O qcow2 "$overlay" "$OUTPUT"
}

step() { # NAME COMMAND...
  local name=$1 begin=$EPOCHREALTIME
  shift
  "$@"
  awk -v name="$name" -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%s\t%.2f\n", name, end - begin }' >>"$WORK_DIR/steps.tsv"
}

attach() {
  mapfile -t names <"$PACKAGES"
  mkdir -p "$root"
  : >"$disk"
  qemu-img create -q -f qcow2 -b "$BASE" -F qcow2 "$overlay"
  qemu-storage-daemon \
    --blockdev "driver=file,node-name=below,filename=$overlay,discard=unmap,cache.no-flush=on" \
    --blockdev driver=qcow2,node-name=guest,file=below,discard=unmap,cache.no-flush=on \
    --export "type=fuse,id=guest,node-name=guest,mountpoint=$disk,writable=on" &
  daemon=$!
  until [[ -s $disk ]]; do
    kill -0 "$daemon"
    sleep 0.02
  done
  offset=$(largest_partition)
  mount -o "loop,offset=$offset,discard,noatime,nobarrier" "$disk" "$root"
  dress
}

# In bytes from the start of the disk.
largest_partition() {
  sfdisk --json "$disk" | python3 -c 'import json, sys; print(512 * max(json.load(sys.stdin)["partitiontable"]["partitions"], key=lambda each: each["size"])["start"])'
}

dress() {
  local place
  for place in dev proc sys; do mount --bind "/$place" "$root/$place"; done
  mount -t tmpfs tmpfs "$root/run"
  mkdir -p "$root/run/bench" "$root/run/systemd/resolve" "$root/run/lock"
  mount --bind "$ACCESS_DIR" "$root/run/bench"
  cp /etc/resolv.conf "$root/run/systemd/resolve/stub-resolv.conf"
  [[ -L $root/etc/resolv.conf ]] || mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  mount --bind "$APT_DIR/archives" "$root/var/cache/apt/archives"
  mount --bind "$APT_DIR/lists" "$root/var/lib/apt/lists"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
}

guest() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive APT_CONFIG=/run/bench/apt.conf chroot "$root" "$@" </dev/null
}

guest_apt() {
  guest apt-get -y -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io "$@" >>"$WORK_DIR/apt.log" 2>&1
}

# The synchronising comes before the trimming: a block is free only when the journal says so.
tidy() {
  # shellcheck disable=SC2016 # dpkg's own placeholders
  guest dpkg-query -W -f '${Package} ${Version} ${Architecture}\n' >"$WORK_DIR/packages.txt"
  rm -f "$root/usr/sbin/policy-rc.d" "$root"/var/cache/apt/*.bin
  sync -f "$root"
  fstrim "$root"
}

# The file system is looked at when nothing holds it any more: not before the loop device of the mount has gone.
detach() {
  local loop
  umount -R "$root"
  while [[ -n $(losetup --noheadings --output NAME --associated "$disk") ]]; do sleep 0.02; done
  loop=$(losetup --find --show --read-only --offset "$offset" "$disk")
  e2fsck -fn "$loop" >"$WORK_DIR/fsck.log" 2>&1
  losetup -d "$loop"
  end_daemon
}

end_daemon() {
  [[ -n $daemon ]] || return 0
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" || true
  daemon=
}

give_back() {
  ! mountpoint -q "$root" || umount -R "$root" || true
  end_daemon
}

main
