#!/usr/bin/env bash
# Why: a domain that was configured later gets its certificate without a reboot.
# Needs: root; /etc/ingot/instance.env. At boot the service waits for this unit anyway.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/ingot/instance.env

[[ -z $INSTANCE_DOMAIN || -z $INSTANCE_LETSENCRYPT_EMAIL ]] || systemctl --no-block restart aikovrr-tls.service
