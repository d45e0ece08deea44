#!/usr/bin/env bash
# Why: proves that a finished disk holds a whole file system, and reads the list of installed packages from it, without mounting it.
# Needs: DISK, WORK_DIR; qemu-storage-daemon with FUSE exports, e2fsprogs, for an XFS root xfsprogs. Writes WORK_DIR/packages.txt (name, version, architecture);
# it is empty for a disk whose list only a mount shows, as rpm's database on XFS: a release then lists what its verification saw.
set -euo pipefail

exported=$WORK_DIR/exported
daemon=

main() {
  local offset size
  trap hide EXIT
  show
  read -r offset size < <(root_range)
  hide
  show ",offset=$offset,size=$size"
  case $(blkid -p -o value -s TYPE "$exported") in
    ext[234])
      whole e2fsck -fn "$exported"
      debugfs -R 'cat /var/lib/dpkg/status' "$exported" 2>/dev/null | installed_packages >"$WORK_DIR/packages.txt"
      ;;
    xfs)
      command -v xfs_repair >/dev/null || fail 'the root file system is XFS: install xfsprogs on the host'
      whole xfs_repair -n -f "$exported"
      ! grep -q 'changes in a log' "$WORK_DIR/fsck.log" || fail 'the root file system was not unmounted: its log holds changes'
      : >"$WORK_DIR/packages.txt"
      ;;
    *) fail 'the root file system is neither ext nor XFS' ;;
  esac
}

# The disk appears as a plain file, or the part of it that is asked for.
show() { # [,offset=BYTES,size=BYTES]
  : >"$exported"
  setpriv --pdeathsig KILL -- qemu-storage-daemon \
    --blockdev "driver=file,node-name=file,filename=${DISK//,/,,},read-only=on" \
    --blockdev driver=qcow2,node-name=disk,file=file,read-only=on \
    --blockdev "driver=raw,node-name=part,file=disk,read-only=on${1:-}" \
    --export "type=fuse,id=e,node-name=part,mountpoint=${exported//,/,,},writable=off" &
  daemon=$!
  until [[ -s $exported ]]; do
    kill -0 "$daemon" || fail 'the storage daemon did not start'
    sleep 0.02
  done
}

hide() {
  kill "$daemon" 2>/dev/null || true
  wait "$daemon" 2>/dev/null || true
  rm -f "$exported"
}

# The root file system is the largest partition of every disk that we take.
root_range() {
  sfdisk -d "$exported" | awk -F'[=,]' '/start=/ && $4 + 0 > size { size = $4 + 0; start = $2 + 0 } END { printf "%.0f %.0f\n", start * 512, size * 512 }'
}

# Says what is wrong only where something is.
whole() { # CHECK...
  "$@" >"$WORK_DIR/fsck.log" 2>&1 || {
    cat "$WORK_DIR/fsck.log" >&2
    exit 1
  }
}

fail() {
  echo "ingot: $*" >&2
  exit 1
}

installed_packages() {
  awk '/^Package: / { name = $2; installed = 0 } /^Status: / { installed = /ok installed$/ } /^Version: / { version = $2 } /^Architecture: / { arch = $2 }
    /^$/ { if (installed) print name, version, arch; installed = 0 } END { if (installed) print name, version, arch }' | LC_ALL=C sort
}

main
