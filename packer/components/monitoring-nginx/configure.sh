#!/usr/bin/env bash
# Why: nginx's exporter starts with nginx, in the sandbox of all exporters: where nginx is switched off there is nothing to read.
# Needs: the files of this component and of monitoring in place; FACT_NGINX_EXPORTER_UNIT, FACT_NGINX_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_exists "$FACT_NGINX_EXPORTER_UNIT.service" || fail "there is no unit $FACT_NGINX_EXPORTER_UNIT.service: the fact nginxExporterUnit or the package list of monitoring-nginx is wrong"
[[ -e /usr/lib/ingot/monitoring/exporter.conf ]] || fail 'monitoring-nginx needs the component monitoring in the same role'

service_settings "$FACT_NGINX_EXPORTER_UNIT.service" /usr/lib/ingot/monitoring/exporter.conf /usr/lib/ingot/monitoring/nginx-exporter.conf

service_disable "$FACT_NGINX_EXPORTER_UNIT.service"
SYSTEMD_OFFLINE=1 systemctl --no-reload -q add-wants "$FACT_NGINX_UNIT.service" "$FACT_NGINX_EXPORTER_UNIT.service"
