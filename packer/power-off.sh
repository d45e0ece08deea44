#!/usr/bin/env bash
# Why: ends the build VM of a layer. The last layer is sealed here, when nobody needs the session any more, and the machine goes
#   off at once: an orderly stop of its services would write journals, a random seed and logins into the image that was just sealed.
# Needs: root in the VM; run by Packer as its shutdown command; the payload at /run/ingot/payload.
set -uo pipefail

main() {
  local layer
  layer=$(cat /run/ingot/payload/layer)
  if [[ $layer == sealed ]]; then
    # From here on the journal is kept in memory: its daemon would write once more when it is ended.
    journalctl --relinquish-var 2>/dev/null || true
    # The host reads this word on the serial console: without it the layer has failed, however well the machine goes off.
    bash /run/ingot/payload/run-layer.sh >/dev/ttyS0 2>&1 && echo "ingot: sealed" >/dev/ttyS0
  fi
  rm -f /usr/sbin/policy-rc.d
  sync
  # Only below the compaction: over it, every block that is free anyway would become a zero cluster to be committed.
  [[ $layer == packages || $layer == app ]] && fstrim / && sync
  # No service is stopped in order, so none writes its last words; but every process ends and the file systems come to rest: what was
  # deleted while a process still had it open would otherwise be left half deleted on the disk.
  systemctl poweroff --force
}

main
