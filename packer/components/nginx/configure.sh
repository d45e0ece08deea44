#!/usr/bin/env bash
# Why: the image's site is the only one, whatever the distro's package brings.
# Needs: the files of this component in place; FACT_ACCESS_CONTROL.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

# From 1.25.1 on HTTP/2 is a directive of its own, and the word of `listen` a warning.
version=$(nginx -v 2>&1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' || true)
if [[ -n $version && $(printf '%s\n' 1.25.1 "$version" | sort -V | head -1) == 1.25.1 ]]; then
  sed -i -E '/^listen \[::\]:443/a http2 on;
    s/^(listen .* ssl) http2 /\1 /' /etc/nginx/ingot/server.conf
fi
rm -f /etc/nginx/sites-enabled/default /etc/nginx/conf.d/default.conf
install -d -m 0700 /etc/nginx/tls
if [[ $FACT_ACCESS_CONTROL == selinux ]]; then
  # The backend's port and the status port have other services' labels.
  setsebool -N -P httpd_can_network_connect 1
  semanage port -N -m -t http_port_t -p tcp 8081
fi
service_after_first_boot nginx.service
service_enable nginx.service
