#!/usr/bin/env bash
# Why: the node exporter starts with the machine, in a sandbox; on some distros its user and folder are not the package's.
# Needs: the files of this component in place; FACT_NODE_EXPORTER_UNIT, FACT_NODE_EXPORTER_PROGRAM, FACT_NOLOGIN_SHELL.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_exists "$FACT_NODE_EXPORTER_UNIT.service" || fail "there is no unit $FACT_NODE_EXPORTER_UNIT.service: the fact nodeExporterUnit or the package list of monitoring is wrong"
getent passwd prometheus >/dev/null || useradd --system --user-group --no-create-home --home-dir /var/lib/prometheus --shell "$FACT_NOLOGIN_SHELL" prometheus
install -d -m 0755 /var/lib/prometheus /var/lib/prometheus/node-exporter

# Before 1.0 (Ubuntu 20.04) each collector that is on by default is switched off by its own name.
if ! program_knows "$FACT_NODE_EXPORTER_PROGRAM" collector.disable-defaults; then
  others=$(printf ' --no-collector.%s' arp bcache bonding cpufreq edac hwmon infiniband ipvs mdadm netclass nfs nfsd xfs zfs)
  sed -i "s/ --collector.disable-defaults/$others/" /usr/lib/ingot/monitoring/node-exporter.conf
fi
service_settings "$FACT_NODE_EXPORTER_UNIT.service" /usr/lib/ingot/monitoring/exporter.conf /usr/lib/ingot/monitoring/node-exporter.conf

# Where the base installs recommended packages, these came along: nothing asks for what they collect.
for timer in apt nvme smartmon ipmitool-sensor mellanox-hca-temp; do
  ! service_exists "$FACT_NODE_EXPORTER_UNIT-$timer.timer" || service_mask "$FACT_NODE_EXPORTER_UNIT-$timer.timer"
done
service_enable "$FACT_NODE_EXPORTER_UNIT.service" ingot-metrics.timer
