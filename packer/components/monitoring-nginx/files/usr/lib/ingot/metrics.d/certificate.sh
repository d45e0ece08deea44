#!/usr/bin/env bash
# Why: a certificate that nobody renews takes the site down on a known day.
# Needs: root; openssl. Before the first boot made a certificate nothing is printed.
set -euo pipefail

dir=/etc/nginx/tls
[[ -s $dir/server.crt ]] || exit 0
end=$(date -d "$(openssl x509 -in "$dir/server.crt" -noout -enddate | cut -d= -f2)" +%s)
own=0
[[ ! -e $dir/self-signed ]] || own=1
cat <<METRICS
# HELP ingot_certificate_expiry_timestamp_seconds When the certificate of the site ends.
# TYPE ingot_certificate_expiry_timestamp_seconds gauge
ingot_certificate_expiry_timestamp_seconds{path="$dir/server.crt"} $end
# HELP ingot_certificate_self_signed Whether it is the one that the machine made for itself.
# TYPE ingot_certificate_self_signed gauge
ingot_certificate_self_signed{path="$dir/server.crt"} $own
METRICS
