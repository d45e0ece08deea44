#!/usr/bin/env bash
# Why: HTTPS works from the first boot on, with a key that no other machine has.
# Needs: root; /etc/ingot/instance.env. A certificate that somebody obtained is left alone; a self-signed one is made anew for a clone and for new names.
set -euo pipefail
umask 0077
# shellcheck source=/dev/null
. /etc/ingot/instance.env
# shellcheck source=/dev/null
. /usr/lib/ingot/web.sh

main() {
  local names for_whom version
  read -ra names <<<"$INSTANCE_DOMAIN $INSTANCE_ALTERNATIVE_DOMAINS $(hostname)"
  for_whom="$(</etc/machine-id) ${names[*]}"
  web_lock
  case $(tls_source) in
    '') ;;
    self-signed*) [[ $(cat "$TLS_DIR/current/made-for" 2>/dev/null) != "$for_whom" ]] || return 0 ;;
    *) return 0 ;;
  esac
  version=$(tls_version)
  tls_self_signed "$version" "${names[@]:-localhost}"
  printf '%s\n' "$for_whom" >"$version/made-for"
  tls_complete "$version" "$(tls_source | grep . || echo self-signed)"
  tls_activate "$version"
}

main
