#!/usr/bin/env bash
# Why: the units of the first boot must be started by the next boot.
# Needs: the files of this component in place.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_enable ingot-first-boot.service ingot-ssh-host-keys.service
for unit in cloud-init-local cloud-init cloud-init-main cloud-init-network cloud-config cloud-final; do
  ! service_exists "$unit.service" || service_enable "$unit.service"
done
