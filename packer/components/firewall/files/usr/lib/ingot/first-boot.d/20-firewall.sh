#!/usr/bin/env bash
# Why: who may reach SSH, the database and the metrics is each machine's own setting.
# Needs: root; /usr/lib/ingot/env/firewall.env, /usr/lib/ingot/lib. While the image is baked there are no settings yet: its own rules are written.
set -euo pipefail
for file in /usr/lib/ingot/env/firewall.env /usr/share/ingot/instance.env /usr/lib/ingot/lib/{log,files,services,firewall}.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
settings=/etc/ingot/instance.env
# shellcheck source=/dev/null
[[ ! -e $settings ]] || . "$settings"

exporter_ports='9100 9113 9187'
never_ports='5173 8000'

main() {
  # shellcheck disable=SC2086
  firewall_forget 22 5432 $FIREWALL_TCP_PORTS $exporter_ports $never_ports
  allow_ssh
  for port in $FIREWALL_TCP_PORTS; do
    firewall_allow "$port"
  done
  allow_internal
  # Nothing is loaded while the image is baked.
  [[ ! -e $settings ]] || firewall_load
}

allow_ssh() {
  local range rule=firewall_allow
  [[ $FIREWALL_SSH_RULE != limit ]] || rule=firewall_limit
  if [[ -z $INSTANCE_ADMIN_CIDRS ]]; then
    "$rule" 22
  else
    for range in $INSTANCE_ADMIN_CIDRS; do "$rule" 22 "$range"; done
  fi
}

# The machine's range is meant instead of the image's; a role that has none serves no database to others.
allow_internal() {
  local port
  [[ -z $FIREWALL_DATABASE_RANGE ]] || firewall_allow 5432 "${INSTANCE_INTERNAL_RANGE:-$FIREWALL_DATABASE_RANGE}"
  [[ $INSTANCE_EXPORTERS == internal ]] || return 0
  for port in $exporter_ports; do firewall_allow "$port" "$INSTANCE_INTERNAL_RANGE"; done
}

main
