#!/usr/bin/env bash
# Why: a certificate that would not work is refused before it is used, with the one reason.
# Needs: openssl; sourced by aikovrr-tls.
set -euo pipefail

# check_files VERSION CERTIFICATE KEY CHAIN NAME...: server.crt and server.key in VERSION, or one message.
check_files() {
  local version=$1 certificate=$2 key=$3 chain=$4 file
  shift 4
  for file in "$certificate" "$key" ${chain:+"$chain"}; do
    [[ -f $file && -r $file ]] || no "$file cannot be read" || return 1
  done
  openssl pkey -in "$key" -passin pass: -out "$version/server.key" 2>/dev/null || no "$key is not a private key in PEM without a passphrase (openssl pkey -in KEY -out PLAIN removes one)" || return 1
  split_chain "$version" "$certificate" "$chain" || no "$certificate holds no certificate in PEM" || return 1
  key_fits "$version/part.1" "$version/server.key" || no "the key $key does not belong to the first certificate of $certificate" || return 1
  check_order "$version" || return 1
  check_dates "$version" || return 1
  check_names "$version/part.1" "$@" || return 1
  check_trust "$version"
  cat "$version"/part.* >"$version/server.crt"
  rm -f "$version"/part.*
}

# At most nine certificates, in the order of the files.
split_chain() {
  awk -v to="$1/part." '
    /^-----BEGIN CERTIFICATE-----/ { inside = 1; count++ }
    inside { print >(to count) }
    /^-----END CERTIFICATE-----/ { inside = 0 }
    END { exit !(count > 0 && count < 10) }' "$2" ${3:+"$3"} && openssl x509 -in "$1/part.1" -noout 2>/dev/null
}

key_fits() {
  [[ $(openssl x509 -in "$1" -noout -pubkey) == $(openssl pkey -in "$2" -pubout) ]]
}

check_order() {
  local part next
  for part in "$1"/part.*; do
    next=$1/part.$((${part##*.} + 1))
    [[ -e $next ]] || continue
    openssl verify -partial_chain -no_check_time -trusted "$next" "$part" >/dev/null 2>&1 ||
      no "certificate $((${part##*.} + 1)) of the chain did not sign the one before it: the order is server, intermediate(s)" || return 1
  done
}

check_dates() {
  local part
  for part in "$1"/part.*; do
    openssl x509 -in "$part" -noout -checkend 0 >/dev/null || no "certificate ${part##*.} ended on $(openssl x509 -in "$part" -noout -enddate | cut -d= -f2)" || return 1
    (($(date -d "$(openssl x509 -in "$part" -noout -startdate | cut -d= -f2)" +%s) <= $(date +%s))) ||
      no "certificate ${part##*.} is not valid before $(openssl x509 -in "$part" -noout -startdate | cut -d= -f2)" || return 1
  done
}

check_names() {
  local certificate=$1 name
  shift
  for name in "$@"; do
    openssl x509 -in "$certificate" -noout -checkhost "$name" | grep -q 'does match' || no "the certificate is for $(certificate_names "$certificate"), not for $name" || return 1
  done
}

# A private authority is a choice, so this is only said.
check_trust() {
  local intermediates=()
  [[ ! -e $1/part.2 ]] || { cat "$1"/part.[2-9] >"$1/rest" && intermediates=(-untrusted "$1/rest"); }
  openssl verify "${intermediates[@]}" "$1/part.1" >/dev/null 2>&1 ||
    echo 'note: no authority that this machine trusts stands behind the certificate; is an intermediate missing (--chain FILE)?' >&2
  rm -f "$1/rest"
}

certificate_names() {
  openssl x509 -in "$1" -noout -text | awk '/X509v3 Subject Alternative Name/ { getline; gsub(/^ +|DNS:/, ""); gsub(/, /, "\n"); print }' | sort -u | xargs
}

no() {
  printf 'aikovrr-tls: %s; the certificate in use stays\n' "$1" >&2
  return 1
}
