#!/usr/bin/env bash
# Why: the web server takes a renewed certificate into use when it is told, and only one that it accepts.
# Needs: root; run by certbot after a renewal, with RENEWED_LINEAGE.
set -euo pipefail

[[ -z ${INGOT_TLS_RUNNING:-} ]] || exit 0
if [[ ${RENEWED_LINEAGE:-} == */aikovrr ]]; then
  exec /usr/bin/aikovrr-tls --install-renewed
fi
nginx -t -q && systemctl reload nginx.service
