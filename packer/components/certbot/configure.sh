#!/usr/bin/env bash
# Why: certificates renew themselves; on EL the timer is off unless it is enabled.
# Needs: FACT_CERTBOT_TIMER.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_enable "$FACT_CERTBOT_TIMER"
