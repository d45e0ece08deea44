#!/usr/bin/env bash
# Why: certificates renew themselves; on EL the timer is off unless it is enabled. A renewal whose hook failed is installed by the next run of the timer.
# Needs: FACT_CERTBOT_TIMER; the files of this component in place.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

ln -sfn ../lib/ingot/aikovrr-tls.sh /usr/bin/aikovrr-tls
write_file 0644 "/etc/systemd/system/${FACT_CERTBOT_TIMER%.timer}.service.d/ingot.conf" <<'UNIT'
[Service]
ExecStartPost=/usr/bin/aikovrr-tls --install-renewed
UNIT
service_enable "$FACT_CERTBOT_TIMER" aikovrr-tls.service
