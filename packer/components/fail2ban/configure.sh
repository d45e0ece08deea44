#!/usr/bin/env bash
# Why: the guard starts with the machine.
# Needs: fail2ban installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_enable fail2ban.service
