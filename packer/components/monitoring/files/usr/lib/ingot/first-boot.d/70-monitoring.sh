#!/usr/bin/env bash
# Why: exporters listen on loopback, unless this machine's settings let the internal range read them (the firewall then opens them for that range alone).
# Needs: root; /etc/ingot/instance.env; /usr/lib/ingot/env/monitoring.env.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/ingot/instance.env
# shellcheck source=/dev/null
. /usr/lib/ingot/env/monitoring.env

target=/etc/ingot/exporters.env
host=127.0.0.1
[[ ${INSTANCE_EXPORTERS:-} != internal ]] || host=
wanted=EXPORTER_HOST=$host

if [[ -f $target && $(<"$target") == "$wanted" ]]; then
  exit 0
fi
(umask 0022 && printf '%s\n' "$wanted" >"$target.new")
mv -f "$target.new" "$target"
# An address is taken at the start only: a reload would not change it.
for unit in "${EXPORTER_UNITS[@]}"; do
  systemctl try-restart --no-block "$unit.service" 2>/dev/null || true
done
echo "ingot: exporters listen on ${host:-all addresses}"
