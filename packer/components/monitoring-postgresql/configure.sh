#!/usr/bin/env bash
# Why: PostgreSQL's exporter starts with the machine, in the sandbox of all exporters.
# Needs: the files of this component and of monitoring in place; FACT_POSTGRES_EXPORTER_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_exists "$FACT_POSTGRES_EXPORTER_UNIT.service" || fail "there is no unit $FACT_POSTGRES_EXPORTER_UNIT.service: the fact postgresExporterUnit or the package list of monitoring-postgresql is wrong"
[[ -e /usr/lib/ingot/monitoring/exporter.conf ]] || fail 'monitoring-postgresql needs the component monitoring in the same role'

service_settings "$FACT_POSTGRES_EXPORTER_UNIT.service" /usr/lib/ingot/monitoring/exporter.conf /usr/lib/ingot/monitoring/postgres-exporter.conf
service_enable "$FACT_POSTGRES_EXPORTER_UNIT.service"
