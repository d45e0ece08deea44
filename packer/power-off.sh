#!/usr/bin/env bash
# Why: ends the build VM of a layer. The last layer is sealed here, when nobody needs the session any more, and the machine goes
#   off at once: an orderly shutdown would write journals, a random seed and logins into the image that was just sealed.
# Needs: root in the VM; run by Packer as its shutdown command; the payload at /run/ingot/payload.
set -uo pipefail

main() {
  local layer
  layer=$(cat /run/ingot/payload/layer)
  if [[ $layer == sealed ]]; then
    bash /run/ingot/payload/run-layer.sh >/dev/ttyS0 2>&1 || {
      echo "ingot: sealing failed" >/dev/ttyS0
      return 1
    }
    echo "ingot: sealed" >/dev/ttyS0
  fi
  rm -f /usr/sbin/policy-rc.d
  sync
  # Only below the compaction: over it, every block that is free anyway would become a zero cluster to be committed.
  [[ $layer == packages || $layer == app ]] && fstrim / && sync
  # Every file system read-only, then power off: the kernel itself, no service any more.
  echo u >/proc/sysrq-trigger
  until awk '$2 == "/" && $4 ~ /^ro/ { found = 1 } END { exit !found }' /proc/mounts; do :; done
  echo o >/proc/sysrq-trigger
}

main
