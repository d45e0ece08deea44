#!/usr/bin/env bash
# Why: runs one layer of the image in the guest (packages, files, each component's scripts, in order), in a chroot and in a VM alike.
# Needs: root; its payload beside it: layer, guest.env, lib/, and as the layer has them packages.list, steps.list, files.list, packages/, bake/.
set -euo pipefail

payload=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
layer=$(<"$payload/layer")

main() {
  settle_environment
  # shellcheck source=/dev/null
  . "$INGOT_LIB/load.sh"
  # It cleans /tmp and package caches: started by mistake on a workstation, it must not.
  [[ $payload == /run/ingot/payload ]] || fail "the payload must be at /run/ingot/payload of a guest, not at $payload"
  case $layer in
    packages) run_packages ;;
    app) run_steps ;;
    configure)
      copy_files
      run_steps
      ;;
    sealed) bash "$payload/seal.sh" ;;
    *) fail "no layer is called '$layer'" ;;
  esac
  remove_residue
}

# The same environment in both drivers: what is not named here or in guest.env must not change the image.
settle_environment() {
  set -a
  # shellcheck source=/dev/null
  . "$payload/guest.env"
  set +a
  export INGOT_PAYLOAD=$payload INGOT_LIB=$payload/lib INGOT_LAYER=$layer
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a UCF_FORCE_CONFFOLD=1
  export LC_ALL=C.UTF-8 TZ=UTC HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  unset LANG LANGUAGE HISTFILE
  [[ ! -f $payload/bake/apt.conf ]] || export APT_CONFIG=$payload/bake/apt.conf
  umask 022
  cd /
}

# install.sh of a component runs before the one transaction: it leaves what the packages' own scripts will look for.
run_packages() {
  packages_wait
  subscription_open
  packages_refresh
  run_steps
  boot_loader_hold
  mapfile -t names < <(grep -v '^$' "$payload/packages.list" 2>/dev/null || true)
  packages_install "${names[@]}"
  boot_loader_release
  mapfile -t missing < <(packages_missing "${names[@]}")
  ((${#missing[@]} == 0)) || fail "not installed although asked for: ${missing[*]}"
  subscription_close
}

copy_files() {
  local mode owner group target
  [[ -f $payload/files.list ]] || return 0
  while IFS=$'\t' read -r mode owner group target; do
    [[ -n $target ]] || continue
    install -D -T -m "$mode" -o "$owner" -g "$group" "$payload/files$target" "$target" || fail "cannot copy $target"
  done <"$payload/files.list"
}

run_steps() {
  local component script status
  [[ -f $payload/steps.list ]] || return 0
  while IFS=$'\t' read -r component script; do
    [[ -n $script ]] || continue
    printf '==> %s/%s\n' "$component" "${script##*/}"
    status=0
    INGOT_COMPONENT=$component bash "$payload/$script" </dev/null || status=$?
    ((status == 0)) || stop_at_step "$component/${script##*/}" "$status"
  done <"$payload/steps.list"
}

stop_at_step() {
  printf 'ingot: step %s failed with %s\n' "$1" "$2" >&2
  exit "$2"
}

# What a layer leaves behind, every layer above would carry.
remove_residue() {
  packages_clean
  find /tmp /var/tmp -xdev -mindepth 1 -not -path '/tmp/script_*.sh' -not -path '/tmp/packer-*' -not -path '*/systemd-private-*' \
    -not -path '*/.*-unix*' -delete 2>/dev/null || true
}

main
