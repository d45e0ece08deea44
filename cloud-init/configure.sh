#!/usr/bin/env bash
# Why: the units of the first boot must be started by the next boot, and what needs its settings must wait for them.
# Needs: the files of this component in place; FACT_NGINX_UNIT, FACT_POSTGRESQL_UNIT, FACT_SUPERVISOR_UNIT; all packages installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_enable ingot-first-boot.service ingot-ssh-host-keys.service
for unit in cloud-init-local cloud-init cloud-init-main cloud-init-network cloud-config cloud-final; do
  ! service_exists "$unit.service" || service_enable "$unit.service"
done
for unit in "$FACT_NGINX_UNIT" "$FACT_POSTGRESQL_UNIT" "$FACT_SUPERVISOR_UNIT"; do
  # The file of an instance (name@instance) is its template's.
  ! service_exists "${unit/@*/@}.service" || service_after_first_boot "$unit.service"
done
