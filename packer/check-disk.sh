#!/usr/bin/env bash
# Why: proves that a finished disk holds a whole file system, and reads the list of installed packages from it, without mounting it.
# Needs: DISK, WORK_DIR; qemu-storage-daemon with FUSE exports, e2fsprogs. Writes WORK_DIR/packages.txt (name, version, architecture).
set -euo pipefail

exported=$WORK_DIR/exported

main() {
  : >"$exported"
  qemu-storage-daemon \
    --blockdev "driver=file,node-name=file,filename=${DISK//,/,,},read-only=on" \
    --blockdev driver=qcow2,node-name=disk,file=file,read-only=on \
    --export "type=fuse,id=e,node-name=disk,mountpoint=${exported//,/,,},writable=off" &
  daemon=$!
  trap 'kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; rm -f "$exported"' EXIT
  until [[ -s $exported ]]; do
    kill -0 "$daemon" || { echo "ingot: the storage daemon did not start" >&2 && exit 1; }
    sleep 0.02
  done
  local root
  root="$exported?offset=$(root_offset)"
  e2fsck -fn "$root" >"$WORK_DIR/fsck.log" 2>&1 || {
    cat "$WORK_DIR/fsck.log" >&2
    exit 1
  }
  debugfs -R 'cat /var/lib/dpkg/status' "$root" 2>/dev/null | installed_packages >"$WORK_DIR/packages.txt"
}

# The root file system is the largest partition of every disk that we take.
root_offset() {
  sfdisk -d "$exported" | awk -F'[=,]' '/start=/ { if ($4 + 0 > size) { size = $4 + 0; start = $2 + 0 } } END { printf "%d\n", start * 512 }'
}

installed_packages() {
  awk '/^Package: / { name = $2; installed = 0 } /^Status: / { installed = /ok installed$/ } /^Version: / { version = $2 } /^Architecture: / { arch = $2 }
    /^$/ { if (installed) print name, version, arch; installed = 0 } END { if (installed) print name, version, arch }' | LC_ALL=C sort
}

main
