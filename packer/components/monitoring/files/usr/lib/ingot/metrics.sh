#!/usr/bin/env bash
# Why: what no exporter knows (image, first boot, updates, certificates) becomes metrics, one file per part, never half a file.
# Needs: root; the parts in metrics.d, each printing metrics as text; the folder that the node exporter reads.
set -euo pipefail

parts=/usr/lib/ingot/metrics.d
dir=/var/lib/prometheus/node-exporter
status=0

umask 0022
for part in "$parts"/*.sh; do
  name=${part##*/}
  target=$dir/ingot_${name%.sh}.prom
  if "$part" >"$target.new"; then
    mv -f "$target.new" "$target"
  else
    rm -f "$target.new"
    echo "ingot: no new metrics from $part" >&2
    status=1
  fi
done
exit "$status"
