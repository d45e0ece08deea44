#!/usr/bin/env bash
# Why: certbot writes its answers to a certificate authority here, and nginx reads them.
# Needs: nginx installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

install -d -m 0755 /var/www /var/www/acme
