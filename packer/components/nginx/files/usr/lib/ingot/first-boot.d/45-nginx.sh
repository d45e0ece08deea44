#!/usr/bin/env bash
# Why: nginx learns this machine's names and whose X-Forwarded-* headers it may believe.
# Needs: root; /etc/ingot/instance.env; the certificate of part 40. Settings that nginx refuses leave the old ones in place.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/ingot/instance.env
# shellcheck source=/dev/null
. /usr/lib/ingot/web.sh

main() {
  local new
  web_lock
  new=$(mktemp -d /run/ingot-nginx.XXXXXX)
  # shellcheck disable=SC2064
  trap "rm -rf '$new'" EXIT
  instance >"$new/instance.conf"
  server_name >"$new/server-name.conf"
  web_test "$(readlink -f "$TLS_DIR/current")" "$new/instance.conf" ingot/instance.conf "$new/server-name.conf" ingot/server-name.conf ||
    { echo 'ingot: nginx refuses the settings of /etc/ingot/instance.yaml; the old ones stay' >&2 && exit 1; }
  put "$new/instance.conf" "$NGINX_DIR/ingot/instance.conf"
  put "$new/server-name.conf" "$NGINX_DIR/ingot/server-name.conf"
  web_reload --no-block
}

# shellcheck disable=SC2016
instance() {
  local origins='' name
  for name in $INSTANCE_DOMAIN $INSTANCE_ALTERNATIVE_DOMAINS; do origins+=" https://$name"; done
  echo '# Written at first boot from /etc/ingot/instance.yaml.'
  printf 'geo $realip_remote_addr $from_balancer {\n\tdefault 0;\n%s}\n' "${INSTANCE_INTERNAL_RANGE:+$'\t'$INSTANCE_INTERNAL_RANGE 1;$'\n'}"
  [[ -z $INSTANCE_INTERNAL_RANGE ]] || printf 'set_real_ip_from %s;\nreal_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n' "$INSTANCE_INTERNAL_RANGE"
  printf 'map "" $site_origins {\n\tdefault "%s";\n}\n' "$origins"
}

server_name() {
  echo '# Written at first boot from /etc/ingot/instance.yaml. Other names, and the address, are served too.'
  # shellcheck disable=SC2086
  printf 'server_name%s;\n' "$(printf ' %s' $INSTANCE_DOMAIN $INSTANCE_ALTERNATIVE_DOMAINS _)"
}

put() {
  install -m 0644 "$1" "$2.new"
  ! command -v restorecon >/dev/null || restorecon "$2.new"
  mv -f "$2.new" "$2"
}

main
