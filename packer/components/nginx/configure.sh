#!/usr/bin/env bash
# Why: the image's site is the only one, whatever the distro's package brings.
# Needs: the files of this component in place.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

rm -f /etc/nginx/sites-enabled/default /etc/nginx/conf.d/default.conf
install -d -m 0700 /etc/nginx/tls
service_enable nginx.service
