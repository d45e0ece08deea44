#!/usr/bin/env bash
# Why: the certificate of the web server is changed in one way, whoever issued it, and a failure leaves the one in use.
# Needs: root; certbot, openssl, nginx; /usr/lib/ingot/web.sh; /etc/ingot/instance.env after the first boot. INGOT_ROOT puts another folder before every path.
set -euo pipefail
umask 0077
root=${INGOT_ROOT:-}

EXIT_FAILED=1
EXIT_USAGE=2
EXIT_AUTHORITY=4
EXIT_WEB_SERVER=5

usage() {
  cat <<'TEXT'
aikovrr-tls: the certificate that this machine's web server uses

  aikovrr-tls DOMAIN [ALTERNATIVE...]  get one from Let's Encrypt (the names must point to this machine, port 80 must be reachable)
      --email ADDRESS                  where the authority writes to when something is wrong
      --directory-url URL              another authority that speaks ACME
      --dry-run                        try it with the authority's test service; nothing is changed
  aikovrr-tls --certificate FILE --key FILE [--chain FILE] [DOMAIN...]
                                       use a certificate of your own (PEM), after checking that it fits
  aikovrr-tls --self-signed            go back to a certificate that this machine signs itself
  aikovrr-tls --status                 which certificate is in use
  aikovrr-tls --configured             what the machine does by itself: the domain and address of /etc/ingot/instance.yaml
  aikovrr-tls --install-renewed        what the renewal does by itself

Exit status: 0 done · 1 failed (--status: the certificate has ended or does not fit) · 2 wrong option, file or name · 4 the authority refused or was not
reached · 5 the web server refuses the certificate. Whatever fails, the certificate in use stays in use.
TEXT
}

main() {
  arguments "$@"
  # shellcheck source=/dev/null
  . "$root/usr/lib/ingot/tls-checks.sh"
  # shellcheck source=/dev/null
  . "$root/usr/lib/ingot/web.sh"
  instance
  case $mode in
    status) show_status ;;
    self-signed) go_back ;;
    file) use_file ;;
    domain) obtain ;;
    configured) obtain_configured ;;
    renewed) install_renewed ;;
  esac
}

arguments() {
  mode='' names=() email='' directory_url='' dry_run='' certificate='' key='' chain=''
  while (($# > 0)); do
    case $1 in
      -h | --help) usage && exit 0 ;;
      --status | --self-signed | --configured) one_mode "${1#--}" && shift ;;
      --install-renewed) one_mode renewed && shift ;;
      --dry-run) dry_run=--dry-run && shift ;;
      --email | --directory-url | --certificate | --key | --chain) value "$@" && shift 2 ;;
      -*) wrong "there is no option $1; aikovrr-tls --help lists them" ;;
      *) domain_name "$1" && shift ;;
    esac
  done
  [[ -z $certificate$key$chain ]] || one_mode file
  [[ -n $mode || ${#names[@]} == 0 ]] || mode=domain
  [[ -n $mode ]] || wrong 'name the domain, or --certificate and --key, --self-signed or --status; aikovrr-tls --help explains them'
  combinations
  ((EUID == 0)) || [[ -n $root ]] || wrong 'only root may do this: sudo aikovrr-tls …'
}

value() {
  [[ -n ${2:-} && ${2:-} != --* ]] || wrong "$1 needs a value"
  case $1 in
    --email)
      [[ $2 =~ ^[^[:space:]@,]+@[A-Za-z0-9.-]+$ ]] || wrong "$2 is not an e-mail address"
      email=$2
      ;;
    --directory-url)
      [[ $2 =~ ^https://[^[:space:]]+$ ]] || wrong "$2 is not an address that begins with https://"
      directory_url=$2
      ;;
    --certificate) certificate=$2 ;;
    --key) key=$2 ;;
    --chain) chain=$2 ;;
  esac
}

one_mode() {
  [[ -z $mode || $mode == "$1" ]] || wrong "--$mode and --$1 do not go together"
  mode=$1
}

domain_name() {
  local name=${1,,}
  [[ $name != \** ]] || wrong "$1: a wildcard is proved by DNS, which this command does not do; get it elsewhere and give it with --certificate"
  [[ ! $name =~ ^[0-9.]+$ && ${#name} -le 253 && $name =~ ^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]*[a-z0-9]$ ]] || wrong "$1 is not a full domain name such as www.example.com"
  names+=("$name")
}

combinations() {
  case $mode in
    file)
      [[ -n $certificate && -n $key ]] || wrong 'a certificate of your own needs both --certificate FILE and --key FILE'
      [[ -z $email$directory_url$dry_run ]] || wrong '--email, --directory-url and --dry-run are for a DOMAIN'
      ;;
    domain) ;;
    *) [[ -z $email$directory_url$dry_run && ${#names[@]} == 0 ]] || wrong "--$mode takes nothing else" ;;
  esac
}

instance() {
  INSTANCE_DOMAIN='' INSTANCE_ALTERNATIVE_DOMAINS='' INSTANCE_LETSENCRYPT_EMAIL='' INSTANCE_LETSENCRYPT_DIRECTORY_URL=''
  # shellcheck source=/dev/null
  [[ ! -r $root/etc/ingot/instance.env ]] || . "$root/etc/ingot/instance.env"
}

show_status() {
  local crt=$TLS_DIR/server.crt
  [[ -s $crt ]] || stop "$EXIT_FAILED" 'there is no certificate: has the first boot failed? systemctl status ingot-first-boot'
  echo "source:    $(tls_source)"
  echo "names:     $(certificate_names "$crt")"
  echo "issuer:    $(openssl x509 -in "$crt" -noout -issuer -nameopt RFC2253 | sed 's/^issuer=//')"
  echo "ends:      $(openssl x509 -in "$crt" -noout -enddate | cut -d= -f2)"
  if [[ $(tls_source) == self-signed* ]]; then echo 'redirect:  no, until there is a real certificate'; else echo 'redirect:  HTTP goes to HTTPS, with HSTS'; fi
  [[ ! -s $root/var/lib/ingot/aikovrr-tls.error ]] || echo "last try:  $(<"$root/var/lib/ingot/aikovrr-tls.error")"
  openssl x509 -in "$crt" -noout -checkend 0 >/dev/null || stop "$EXIT_FAILED" 'the certificate has ended'
  key_fits "$crt" "$TLS_DIR/server.key" || stop "$EXIT_FAILED" 'the key does not belong to the certificate'
}

# A choice of a person: the machine does not try again by itself to get another one.
go_back() {
  local version own
  version=$(tls_version)
  read -ra own <<<"$INSTANCE_DOMAIN $INSTANCE_ALTERNATIVE_DOMAINS $(hostname)"
  tls_self_signed "$version" "${own[@]:-localhost}"
  install_version "$version" self-signed-by-choice
  echo 'This machine now uses a certificate that it signed itself. HTTP is no longer redirected.'
}

use_file() {
  local version wanted=("${names[@]}")
  [[ ${#wanted[@]} -gt 0 || -z $INSTANCE_DOMAIN ]] || wanted=("$INSTANCE_DOMAIN")
  version=$(tls_version)
  # shellcheck disable=SC2064
  trap "rm -rf '$version'" EXIT
  check_files "$version" "$certificate" "$key" "$chain" "${wanted[@]}" || exit "$EXIT_USAGE"
  install_version "$version" file
  trap - EXIT
  echo "This machine now uses $certificate for $(certificate_names "$TLS_DIR/server.crt")."
}

obtain() {
  local said options
  mapfile -t options < <(certbot_options)
  said=$(mktemp)
  # shellcheck disable=SC2064
  trap "rm -f '$said'" EXIT
  INGOT_TLS_RUNNING=1 certbot certonly "${options[@]}" >"$said" 2>&1 || refused "$said"
  if [[ -n $dry_run ]]; then
    echo "The authority would issue a certificate for ${names[*]}. Nothing was changed."
    return 0
  fi
  install_lineage
  echo "This machine now uses a certificate of $(openssl x509 -in "$TLS_DIR/server.crt" -noout -issuer -nameopt RFC2253 | sed 's/^issuer=//') for ${names[*]}; it is renewed by itself."
}

# A load balancer answers the authority through certbot's own little server (HAProxy serves no files); a web server through a folder.
certbot_options() {
  printf '%s\n' --non-interactive --agree-tos --cert-name aikovrr --key-type ecdsa --elliptic-curve secp256r1 --keep-until-expiring --renew-with-new-domains
  if [[ -e $root/etc/nginx/ingot/backends.conf ]]; then
    printf '%s\n' --standalone --http-01-address 127.0.0.1 --http-01-port 8402
  else
    printf '%s\n' --webroot --webroot-path "$root/var/www/acme"
  fi
  if [[ -n $email ]]; then printf '%s\n' --email "$email" --no-eff-email; else echo --register-unsafely-without-email; fi
  [[ -z $dry_run ]] || echo "$dry_run"
  [[ -z $directory_url ]] || printf '%s\n' --server "$directory_url"
  ! other_authority || echo --force-renewal
  printf -- '-d\n%s\n' "${names[@]}"
}

# certbot would keep a certificate of another authority until it ends.
other_authority() {
  local used
  used=$(sed -n 's/^server = //p' "$root/etc/letsencrypt/renewal/aikovrr.conf" 2>/dev/null)
  [[ -n $used && $used != "${directory_url:-https://acme-v02.api.letsencrypt.org/directory}" ]]
}

refused() {
  local reason
  reason=$(awk '/^ *(Domain|Type|Detail):/ { sub(/^ +/, ""); gsub(/ +/, " "); printf "%s%s", sep, $0; sep = "; " }' "$1")
  [[ -n $reason ]] || reason=$(grep -vE '^(Saving debug log|Ask for help|An unexpected error occurred|Requesting a certificate|Account registered|Some challenges have failed|Simulating|Plugins selected|Renewing|$)' "$1" | tail -1)
  mkdir -p "$root/var/lib/ingot"
  printf '%s: %s: %s\n' "$(date -u +%FT%TZ)" "${names[*]}" "${reason:-certbot failed}" >"$root/var/lib/ingot/aikovrr-tls.error"
  stop "$EXIT_AUTHORITY" "no certificate for ${names[*]}: ${reason:-certbot failed}. The certificate in use stays. More: /var/log/letsencrypt/letsencrypt.log"
}

install_lineage() {
  local live=$root/etc/letsencrypt/live/aikovrr version
  version=$(tls_version)
  cp -L "$live/fullchain.pem" "$version/server.crt"
  cp -L "$live/privkey.pem" "$version/server.key"
  install_version "$version" letsencrypt
}

install_version() {
  local version=$1
  web_lock
  tls_complete "$version" "$2"
  if ! web_test "$version"; then
    rm -rf "$version"
    stop "$EXIT_WEB_SERVER" 'the web server refuses the new certificate (its message is above); the one in use stays'
  fi
  tls_activate "$version"
  rm -f "$root/var/lib/ingot/aikovrr-tls.error"
  web_reload || stop "$EXIT_WEB_SERVER" 'the new certificate is in place, but the web server did not reload: systemctl status nginx haproxy'
}

# The renewal and the machine itself leave alone what a person chose.
install_renewed() {
  local live=$root/etc/letsencrypt/live/aikovrr
  [[ $(tls_source) == letsencrypt && -s $live/fullchain.pem ]] || return 0
  ! cmp -s "$live/fullchain.pem" "$TLS_DIR/server.crt" || return 0
  install_lineage
  echo "the renewed certificate is in use, until $(openssl x509 -in "$TLS_DIR/server.crt" -noout -enddate | cut -d= -f2)"
}

obtain_configured() {
  [[ -n $INSTANCE_DOMAIN && -n $INSTANCE_LETSENCRYPT_EMAIL ]] || { echo 'no domain with an address for the authority is configured: nothing to do' && return 0; }
  read -ra names <<<"$INSTANCE_DOMAIN $INSTANCE_ALTERNATIVE_DOMAINS"
  email=$INSTANCE_LETSENCRYPT_EMAIL directory_url=$INSTANCE_LETSENCRYPT_DIRECTORY_URL
  case $(tls_source) in
    self-signed) obtain ;;
    letsencrypt)
      if [[ $(printf '%s\n' "${names[@]}" | sort -u | xargs) == $(certificate_names "$TLS_DIR/server.crt") ]]; then echo 'the certificate in use is the configured one'; else obtain; fi
      ;;
    *) echo "the certificate in use ($(tls_source)) was chosen by a person: nothing to do" ;;
  esac
}

wrong() {
  stop "$EXIT_USAGE" "$1"
}

stop() {
  printf 'aikovrr-tls: %s\n' "$2" >&2
  exit "$1"
}

main "$@"
