#!/usr/bin/env bash
# Why: HTTPS works from the first boot on, with a key that no other machine has.
# Needs: root; openssl. A certificate that is not the self-signed one of an earlier first boot is left alone.
set -euo pipefail

dir=/etc/nginx/tls
own=$dir/self-signed

if [[ -s $dir/server.crt && ! -e $own ]]; then
  exit 0
fi
install -d -m 0700 "$dir"
umask 0077
name=$(hostname)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -sha256 -subj "/CN=${name:0:64}" \
  -addext "subjectAltName=DNS:${name:-localhost}" -keyout "$dir/server.key.new" -out "$dir/server.crt.new" 2>/dev/null
: >"$own"
mv -f "$dir/server.key.new" "$dir/server.key"
mv -f "$dir/server.crt.new" "$dir/server.crt"
! command -v restorecon >/dev/null || restorecon -R "$dir"
