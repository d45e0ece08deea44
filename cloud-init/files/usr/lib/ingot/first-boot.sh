#!/usr/bin/env bash
# Why: secrets and data are made per machine, once, by the parts that components put into first-boot.d.
# Needs: root; /etc/machine-id, which the marker names: a clone with a new id runs the parts again.
set -euo pipefail

parts=/usr/lib/ingot/first-boot.d
marker=/var/lib/ingot/first-boot.done

main() {
  local part
  install -d -m 0755 "${marker%/*}"
  if [[ -s $marker && $(<"$marker") == $(</etc/machine-id) ]]; then
    echo 'ingot: nothing to do, this machine has had its first boot'
    return 0
  fi
  for part in "$parts"/*.sh; do
    [[ -x $part ]] || continue
    echo "ingot: running ${part##*/}"
    "$part" || stop "${part##*/}" $?
  done
  (umask 022 && cat /etc/machine-id >"$marker.new")
  sync -f /var/lib/ingot
  mv -f "$marker.new" "$marker"
  echo 'ingot: the first boot is done'
}

stop() {
  echo "ingot: first boot stopped: $1 failed with $2; the next boot tries again" >&2
  exit 1
}

main
