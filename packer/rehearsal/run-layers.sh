#!/usr/bin/env bash
# Why: the layers of an image run for real, in a root that is thrown away: with the real shell and package manager, from stand-in repositories.
# Needs: root; ROOT_DIR and STAND_INS_DIR with mirrors/ and base/ (only read), WORK_DIR with payloads/<layer>, root/ (files laid over the root, as base/ is), checks.sh; LAYERS. Prints what the checks print on descriptor 3.
set -euo pipefail

if [[ ${1:-} != contained ]]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- bash "$0" contained
fi

main() {
  local layer root=$WORK_DIR/mount scratch=$WORK_DIR/scratch
  mkdir -p "$root" "$scratch"
  mount -t tmpfs -o mode=0755 tmpfs "$scratch"
  mkdir "$scratch/upper" "$scratch/work"
  mount -t overlay overlay -o "lowerdir=$ROOT_DIR,upperdir=$scratch/upper,workdir=$scratch/work" "$root"
  surroundings "$root"
  cp -a "$STAND_INS_DIR/base/." "$WORK_DIR/root/." "$root/"
  for layer in $LAYERS; do
    echo "layer $layer"
    mount --bind "$WORK_DIR/payloads/$layer" "$root/run/ingot/payload"
    inside "$root" /run/ingot/payload/run-layer.sh || exit 1
    [[ $layer != configure ]] || inside "$root" /run/rehearsal/checks.sh
    umount "$root/run/ingot/payload"
  done
}

surroundings() {
  local root=$1 device
  mount -t tmpfs -o mode=0755,nosuid tmpfs "$root/dev"
  for device in null zero full random urandom tty; do cp -a "/dev/$device" "$root/dev/$device"; done
  mkdir "$root/dev/shm" "$root/dev/pts"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs "$root/run"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/var/tmp"
  mkdir -p "$root/run/lock" "$root/run/ingot/payload" "$root/run/rehearsal/mirrors"
  mount --bind "$STAND_INS_DIR/mirrors" "$root/run/rehearsal/mirrors"
  cp "$WORK_DIR/checks.sh" "$root/run/rehearsal/checks.sh"
}

inside() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 chroot "$1" /bin/bash "$2" </dev/null
}

main
