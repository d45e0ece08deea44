#!/usr/bin/env bash
# Why: programs must find their secrets and their database when they start.
# Needs: FACT_SUPERVISOR_UNIT, FACT_SUPERVISOR_CONFIG_DIR, FACT_POSTGRESQL_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

write_file 0644 "/etc/systemd/system/$FACT_SUPERVISOR_UNIT.service.d/ingot.conf" <<UNIT
[Unit]
Wants=ingot-first-boot.service
After=ingot-first-boot.service $FACT_POSTGRESQL_UNIT.service

[Service]
RestartSec=5s
UNIT
install -d -m 0755 "$FACT_SUPERVISOR_CONFIG_DIR" /var/log/supervisor
service_enable "$FACT_SUPERVISOR_UNIT.service"
