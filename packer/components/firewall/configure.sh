#!/usr/bin/env bash
# Why: at the first boot the firewall is up before the network is, and the first boot can change its rules.
# Needs: the files of this component in place; FACT_FIREWALL_UNIT; ufw or firewalld.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

for room in log files services firewall; do
  install -D -m 0644 "$INGOT_LIB/$room.sh" "/usr/lib/ingot/lib/$room.sh"
done
firewall_reset
/usr/lib/ingot/first-boot.d/20-firewall.sh
firewall_enable

# Debian 11's ufw only starts before the machine is on the network, and not before its cards are set up.
write_file 0644 "/etc/systemd/system/$FACT_FIREWALL_UNIT.service.d/ingot.conf" <<'UNIT'
[Unit]
Wants=network-pre.target
Before=network-pre.target
UNIT
