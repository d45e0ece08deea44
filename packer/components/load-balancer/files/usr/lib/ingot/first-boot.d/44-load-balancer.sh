#!/usr/bin/env bash
# Why: the load balancer learns its application servers, and which of the two engines runs.
# Needs: root; /etc/ingot/instance.env; the certificate of part 40; part 45 reloads. Settings that an engine refuses leave the old ones in place.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/ingot/instance.env
# shellcheck source=/dev/null
. /usr/lib/ingot/web.sh
# shellcheck source=/dev/null
. /usr/lib/ingot/env/load-balancer.env

main() {
  local new version
  web_lock
  new=$(mktemp -d /run/ingot-load-balancer.XXXXXX)
  # shellcheck disable=SC2064
  trap "rm -rf '$new'" EXIT
  version=$(readlink -f "$TLS_DIR/current")
  read -ra backends <<<"$INSTANCE_BACKENDS"
  state='no backend answers'
  ((${#backends[@]} > 0)) || state='no backend is configured'
  nginx_backends >"$new/backends.conf"
  haproxy_config >"$new/haproxy.cfg"
  haproxy_test "$new/haproxy.cfg" "$version" || refused HAProxy
  install -m 0644 "$new/haproxy.cfg" "$HAPROXY_CONFIG.new"
  # With HAProxy's own file in place already, the one test looks at both engines.
  web_test "$version" "$new/backends.conf" ingot/backends.conf || refused nginx
  install -m 0644 "$new/backends.conf" "$NGINX_DIR/ingot/backends.conf.new"
  mv -f "$NGINX_DIR/ingot/backends.conf.new" "$NGINX_DIR/ingot/backends.conf"
  mv -f "$HAPROXY_CONFIG.new" "$HAPROXY_CONFIG"
  engine "${INSTANCE_LOAD_BALANCER:-$LOAD_BALANCER_ENGINE}"
}

refused() {
  rm -f "$HAPROXY_CONFIG.new"
  echo "ingot: $1 refuses the backends of /etc/ingot/instance.yaml ($INSTANCE_BACKENDS); the old ones stay" >&2
  exit 1
}

# address, address:port, IPv6 with or without brackets; 443 where no port is given.
with_port() {
  if [[ $1 == \[*\]:* || ($1 == *:* && $1 != *:*:*) ]]; then
    echo "$1"
  elif [[ $1 == \[*\] ]]; then
    echo "$1:443"
  elif [[ $1 == *:*:* ]]; then
    echo "[$1]:443"
  else
    echo "$1:443"
  fi
}

# Connections are not kept: one to a server that died without a word would hold up a request until the read times out.
nginx_backends() {
  local backend counted='' uncounted=''
  for backend in "${backends[@]}"; do
    counted+="	server $(with_port "$backend") max_fails=2 fail_timeout=10s;"$'\n'
    uncounted+="	server $(with_port "$backend") max_fails=0;"$'\n'
  done
  ((${#backends[@]} > 0)) || counted=$'\tserver 127.0.0.1:1 down;\n' uncounted=$'\tserver 127.0.0.1:1 down;\n'
  echo '# Written at first boot from /etc/ingot/instance.yaml.'
  printf 'upstream application {\n\tzone application 128k;\n%s}\n' "$counted"
  printf 'upstream application_servers {\n\tzone application_servers 128k;\n%s}\n' "$uncounted"
  # shellcheck disable=SC2016
  printf 'map "" $balancer_state {\n\tdefault "%s";\n}\n' "$state"
}

haproxy_config() {
  local servers='' number=0 backend
  for backend in "${backends[@]}"; do servers+="	server app$((++number)) $(with_port "$backend")"$'\n'; done
  SERVERS=${servers%$'\n'} awk -v connections="$CONNECTIONS_PER_ADDRESS" -v bytes="$((MAX_BODY_MEGABYTES * 1048576))" -v state="$state" \
    -v hsts="$HSTS_SECONDS" -v host="${INSTANCE_DOMAIN:-localhost}" '
    $0 == "@SERVERS@" { if (ENVIRON["SERVERS"] != "") print ENVIRON["SERVERS"]; next }
    { gsub(/@CONNECTIONS@/, connections); gsub(/@MAX_BODY_BYTES@/, bytes); gsub(/@STATE@/, state); gsub(/@HSTS_SECONDS@/, hsts); gsub(/@HEALTH_HOST@/, host); print }' \
    /usr/lib/ingot/load-balancer/haproxy.cfg
}

# The other one gives the ports free before this one starts; part 45 starts what is switched on.
engine() {
  local on=$1 off=nginx
  [[ $on != nginx ]] || off=haproxy
  ! systemctl -q is-enabled "$off.service" 2>/dev/null || systemctl -q disable --now "$off.service"
  systemctl -q is-enabled "$on.service" 2>/dev/null || systemctl -q enable "$on.service"
  echo "ingot: $on balances the load of ${#backends[@]} application servers"
}

main
