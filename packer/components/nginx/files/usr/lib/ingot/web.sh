#!/usr/bin/env bash
# Why: one way of changing what the web server reads: a copy is tested first, so a wrong file never replaces a right one.
# Needs: root; nginx, openssl; sourced by the parts of the first boot and by aikovrr-tls. INGOT_ROOT puts another folder before every path.
set -euo pipefail

NGINX_DIR=${INGOT_ROOT:-}/etc/nginx
TLS_DIR=$NGINX_DIR/tls
HAPROXY_CONFIG=${INGOT_ROOT:-}/etc/haproxy/haproxy.cfg
# shellcheck source=/dev/null
. "${INGOT_ROOT:-}/usr/lib/ingot/env/nginx.env"

# web_lock: one change at a time. The lock ends with the process.
web_lock() {
  exec {WEB_LOCK}>"${INGOT_ROOT:-}/run/ingot-web.lock"
  flock -w 300 "$WEB_LOCK" || { echo 'ingot: another program has been changing the web server for five minutes; try again' >&2 && return 1; }
}

# without_lock COMMAND...: a program of another SELinux domain is handed nothing that this one has open.
without_lock() {
  if [[ -n ${WEB_LOCK:-} ]]; then "$@" {WEB_LOCK}>&-; else "$@"; fi
}

# web_test VERSION [FILE PATH]...: whether the web servers would work with this version of the certificate and with FILE as PATH below /etc/nginx.
web_test() {
  local version=$1 candidate said status=0
  shift
  find "$NGINX_DIR" -maxdepth 1 -name 'candidate.*' -exec rm -rf {} +
  candidate=$(mktemp -d "$NGINX_DIR/candidate.XXXXXX")
  find "$NGINX_DIR" -mindepth 1 -maxdepth 1 -not -name 'candidate.*' -not -name tls -exec cp -a -t "$candidate" {} +
  mkdir "$candidate/tls"
  ln -s "$version" "$candidate/tls/current"
  ln -s current/server.crt current/server.key "$candidate/tls/"
  while (($# > 1)); do
    cp "$1" "$candidate/$2"
    shift 2
  done
  said=$(without_lock nginx -t -q -c "$candidate/nginx.conf" 2>&1) || status=$?
  ((status == 0)) || printf '%s\n' "${said//"$candidate"/"$NGINX_DIR"}" >&2
  rm -rf "$candidate"
  ((status != 0)) || haproxy_test "$HAPROXY_CONFIG" "$version" || status=$?
  return "$status"
}

# haproxy_test FILE VERSION: whether HAProxy, where it is, would start with this configuration and this version of the certificate.
haproxy_test() {
  local candidate said status=0
  command -v haproxy >/dev/null && grep -qs "$TLS_DIR/current/" "$1" || return 0
  candidate=$(mktemp "$HAPROXY_CONFIG.XXXXXX") || return
  sed "s#$TLS_DIR/current/#$2/#g" "$1" >"$candidate"
  said=$(without_lock haproxy -c -f "$candidate" 2>&1) || status=$?
  ((status == 0)) || printf '%s\n' "${said//$candidate/$HAPROXY_CONFIG}" >&2
  rm -f "$candidate"
  return "$status"
}

# web_reload: the servers that are switched on take the new files, or start. A first boot must not wait for units that wait for it.
web_reload() {
  local unit
  for unit in nginx haproxy; do
    ! systemctl -q is-enabled "$unit.service" 2>/dev/null || systemctl "$@" reload-or-restart "$unit.service"
  done
}

# tls_version: an empty folder for a new version of the certificate.
tls_version() {
  install -d -m 0700 "$TLS_DIR"
  mktemp -d "$TLS_DIR/version.XXXXXX"
}

# tls_complete VERSION SOURCE: beside server.crt and server.key, what the web servers do because of them. SOURCE: self-signed, self-signed-by-choice, letsencrypt, file.
tls_complete() {
  local version=$1 source=$2
  chmod 0600 "$version"/server.{crt,key}
  printf '%s\n' "$source" >"$version/source"
  if [[ $source == self-signed* ]]; then
    : >"$version/self-signed"
    tls_settings_plain >"$version/nginx.conf"
  else
    tls_settings_public "$version" >"$version/nginx.conf"
  fi
  ! command -v haproxy >/dev/null || tls_haproxy "$version" "$source"
  chmod 0600 "$version"/*
}

# A certificate that nobody trusts: both schemes serve the same, and nothing is promised to browsers.
tls_settings_plain() {
  cat <<'CONF'
map "" $to_https {
	default "";
}
map "" $site_strict_transport_security {
	default "";
}
CONF
}

tls_settings_public() {
  cat <<CONF
map \$forwarded_proto\$uri \$to_https {
	default 1;
	"~^https/" "";
	http/healthz "";
	"~^http/\\.well-known/acme-challenge/" "";
}
map \$forwarded_proto \$site_strict_transport_security {
	https "max-age=$HSTS_SECONDS";
}
CONF
  # Authorities that have given up OCSP name no responder.
  [[ -z $(openssl x509 -in "$1/server.crt" -noout -ocsp_uri) ]] || printf 'ssl_stapling on;\nresolver %s valid=300s;\n' "$(tls_resolvers)"
}

tls_resolvers() {
  awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2) }' "${INGOT_ROOT:-}/etc/resolv.conf" 2>/dev/null | head -3 | xargs | grep . || echo 127.0.0.1
}

# HAProxy takes certificate and key from one file, and from a map whether the certificate is a real one.
tls_haproxy() {
  cat "$1/server.crt" "$1/server.key" >"$1/haproxy.pem"
  if [[ $2 == self-signed* ]]; then echo 'certificate self-signed'; else echo 'certificate public'; fi >"$1/haproxy.map"
}

# tls_activate VERSION: the one rename that changes certificate, key, redirect and HSTS together. The version before is kept, older ones go.
tls_activate() {
  local version=$1 before name
  before=$(readlink -f "$TLS_DIR/current" || true)
  for name in server.crt server.key self-signed; do
    [[ $(readlink "$TLS_DIR/$name" || true) == "current/$name" ]] || ln -sfn "current/$name" "$TLS_DIR/$name"
  done
  sync -f "$version"
  ln -sfn "${version##*/}" "$TLS_DIR/current.new"
  mv -fT "$TLS_DIR/current.new" "$TLS_DIR/current"
  find "$TLS_DIR" -mindepth 1 -maxdepth 1 -name 'version.*' -not -path "$version" -not -path "${before:-$version}" -exec rm -rf {} +
  ! command -v restorecon >/dev/null || restorecon -R "$TLS_DIR"
}

# tls_source: where the certificate in use comes from; nothing before the first boot.
tls_source() {
  cat "$TLS_DIR/current/source" 2>/dev/null || true
}

# tls_self_signed VERSION NAME...: a key of this machine's own, for ten years.
tls_self_signed() {
  local version=$1 names
  shift
  names=$(printf 'DNS:%s,' "$@")
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -sha256 -subj "/CN=${1:0:64}" \
    -addext "subjectAltName=${names%,}" -keyout "$version/server.key" -out "$version/server.crt" 2>/dev/null
}
