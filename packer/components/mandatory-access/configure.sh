#!/usr/bin/env bash
# Why: access control is on from the first boot, and knows where this image's programs and files are.
# Needs: FACT_ACCESS_CONTROL (apparmor or selinux), MANDATORY_ACCESS_BACKEND_PORT, INGOT_COMPONENTS.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

main() {
  case $FACT_ACCESS_CONTROL in
    apparmor) apparmor ;;
    selinux) selinux ;;
    *) fail "the fact accessControl is '$FACT_ACCESS_CONTROL'; apparmor and selinux are known" ;;
  esac
}

apparmor() {
  kernel_arguments apparmor apparmor=1 security=apparmor
  service_enable apparmor.service
  nothing_only_complains
  compile_profiles
}

# A distro may bring profiles that it still tries out.
nothing_only_complains() {
  local profile
  find /etc/apparmor.d -maxdepth 1 -type f -exec grep -qE '^[^#]*flags=\([^)]*complain' {} \; -print0 |
    while IFS= read -r -d '' profile; do apparmor_enforce "$profile"; done
}

# Compiled profiles are good for one set of kernel features, which the kernel tells when it runs; here it does not run yet. Where the set is
# known (NAME.features is /var/cache/apparmor/*/.features of a booted machine) the first boot has nothing to compile; elsewhere it compiles.
compile_profiles() {
  local kernel features
  rm -rf /var/cache/apparmor/*
  kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -1)
  features=/usr/share/ingot/apparmor/$(grep -oE '^[0-9]+\.[0-9]+' <<<"$kernel").features
  [[ -f $features ]] || return 0
  apparmor_parser --skip-kernel-load --write-cache --features-file "$features" --cache-loc /var/cache/apparmor /etc/apparmor.d
}

# -N: the policy of the image is written, not loaded: a chroot shares the host's kernel.
selinux() {
  set_line /etc/selinux/config '^SELINUX=' 'SELINUX=enforcing'
  set_line /etc/selinux/config '^SELINUXTYPE=' 'SELINUXTYPE=targeted'
  sandboxes
  if [[ " $INGOT_COMPONENTS " == *' nginx '* ]]; then
    semanage boolean -N -m --on httpd_can_network_connect
    semanage port -N -m -t http_port_t -p tcp "$MANDATORY_ACCESS_BACKEND_PORT" 2>/dev/null ||
      semanage port -N -a -t http_port_t -p tcp "$MANDATORY_ACCESS_BACKEND_PORT"
  fi
  if [[ " $INGOT_COMPONENTS " == *' aikovrr '* ]]; then
    context httpd_sys_content_t '/opt/aikovrr/frontend/dist(/.*)?'
    context httpd_sys_content_t '/opt/aikovrr/backend/static(/.*)?'
    context httpd_sys_rw_content_t '/opt/aikovrr/backend/media(/.*)?'
    context bin_t '/opt/aikovrr/backend/venv/bin(/.*)?'
  fi
}

# A service that may gain no rights (NoNewPrivileges) still has to come into its own domain; where a policy does not know one of the names, nothing is changed.
sandboxes() {
  local domain module=/usr/share/ingot/selinux/ingot-sandboxes.cil
  install -d -m 0755 "${module%/*}"
  for domain in httpd_t fail2ban_t haproxy_t; do
    echo "(optional ingot_$domain (allow init_t $domain (process2 (nnp_transition nosuid_transition))))"
  done | write_file 0644 "$module"
  semodule -N -i "$module"
}

context() {
  semanage fcontext -N -a -t "$1" "$2" 2>/dev/null || semanage fcontext -N -m -t "$1" "$2"
}

main
