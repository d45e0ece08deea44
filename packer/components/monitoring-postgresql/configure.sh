#!/usr/bin/env bash
# Why: PostgreSQL's exporter starts with the machine, in the sandbox of all exporters.
# Needs: the files of this component and of monitoring in place; FACT_POSTGRES_EXPORTER_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_exists "$FACT_POSTGRES_EXPORTER_UNIT.service" || fail "there is no unit $FACT_POSTGRES_EXPORTER_UNIT.service: the fact postgresExporterUnit or the package list of monitoring-postgresql is wrong"
[[ -e /usr/lib/ingot/monitoring/exporter.conf ]] || fail 'monitoring-postgresql needs the component monitoring in the same role'

settings=/etc/systemd/system/$FACT_POSTGRES_EXPORTER_UNIT.service.d
install -d -m 0755 "$settings"
ln -sfn /usr/lib/ingot/monitoring/exporter.conf "$settings/10-exporter.conf"
ln -sfn /usr/lib/ingot/monitoring/postgres-exporter.conf "$settings/20-ingot.conf"
service_enable "$FACT_POSTGRES_EXPORTER_UNIT.service"
