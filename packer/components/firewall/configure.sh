#!/usr/bin/env bash
# Why: at the first boot the firewall is up before the network is.
# Needs: FIREWALL_SSH_RULE, FIREWALL_TCP_PORTS, FIREWALL_DATABASE_RANGE.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

firewall_reset
if [[ $FIREWALL_SSH_RULE == limit ]]; then firewall_limit 22; else firewall_allow 22; fi
for port in $FIREWALL_TCP_PORTS; do
  firewall_allow "$port"
done
[[ -z $FIREWALL_DATABASE_RANGE ]] || firewall_allow_from "$FIREWALL_DATABASE_RANGE" 5432
firewall_enable
