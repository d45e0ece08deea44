#!/usr/bin/env bash
# Why: the layers of an image run for real, in a root that is thrown away: with the real shell and package manager, from stand-in repositories.
# Needs: root; ROOT_DIR and STAND_INS_DIR with mirrors/ and base/ (only read), WORK_DIR with payloads/<layer>, root/ (files laid over the root, as base/ is), checks.sh; LAYERS; ABSENT_USERS and ABSENT_GROUPS, which may be empty. Prints what the checks print on descriptor 3.
set -euo pipefail

if [[ ${1:-} != contained ]]; then
  exec unshare --mount --pid --fork --kill-child --mount-proc --propagation private -- bash "$0" contained
fi

# shellcheck source=/dev/null
. "$(dirname -- "$0")/../surroundings.sh"

main() {
  local layer root=$WORK_DIR/mount scratch=$WORK_DIR/scratch
  mkdir -p "$root" "$scratch"
  mount -t tmpfs -o mode=0755 tmpfs "$scratch"
  mkdir "$scratch/upper" "$scratch/work"
  mount -t overlay overlay -o "lowerdir=$ROOT_DIR,upperdir=$scratch/upper,workdir=$scratch/work" "$root"
  surroundings "$root"
  mkdir -p "$root/run/rehearsal/mirrors"
  mount --bind "$STAND_INS_DIR/mirrors" "$root/run/rehearsal/mirrors"
  cp "$WORK_DIR/checks.sh" "$root/run/rehearsal/checks.sh"
  strangers_out "$root"
  cp -a "$STAND_INS_DIR/base/." "$WORK_DIR/root/." "$root/"
  for layer in $LAYERS; do
    echo "layer $layer"
    show_payload "$root" "$WORK_DIR/payloads/$layer"
    inside "$root" /run/ingot/payload/run-layer.sh || exit 1
    [[ $layer != configure ]] || inside "$root" /run/rehearsal/checks.sh
    umount "$root/run/ingot/payload"
  done
}

# What only the distro of this root brings, another's base does not have.
strangers_out() {
  local root=$1 name
  for name in $ABSENT_USERS; do sed -i "/^$name:/d" "$root/etc/passwd" "$root/etc/shadow"; done
  for name in $ABSENT_GROUPS; do sed -i "/^$name:/d" "$root/etc/group" "$root/etc/gshadow"; done
}

main
