#!/usr/bin/env bash
# Why: the server starts at boot, but not before the first boot has made its cluster.
# Needs: FACT_POSTGRESQL_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

write_file 0644 "/etc/systemd/system/$FACT_POSTGRESQL_UNIT.service.d/ingot.conf" <<'UNIT'
[Unit]
Wants=ingot-first-boot.service
After=ingot-first-boot.service
UNIT
service_enable "$FACT_POSTGRESQL_UNIT.service" database-backup.timer
install -d -m 0755 /opt/aikovrr
install -d -m 0750 -o postgres -g postgres /opt/aikovrr/backups
