#!/usr/bin/env bash
# Why: runs one layer of the image in the guest (packages, files, each component's scripts, in order), in a chroot and in a VM alike.
# Needs: root; its payload beside it: layer, guest.env, lib/, and as the layer has them packages.list, removed.list, steps.list, files.list, packages/, bake/.
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
      copy_files files
      facts_hold
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
  base_is_ours
  packages_wait
  [[ $INGOT_FAMILY == el ]] || copy_files repositories
  subscription_open
  packages_refresh
  [[ ! -f $payload/removed.list ]] || packages_remove <"$payload/removed.list"
  [[ ! -f $payload/modules.list ]] || packages_modules <"$payload/modules.list"
  run_steps
  boot_loader_hold
  mapfile -t names < <(grep -v '^$' "$payload/packages.list" 2>/dev/null || true)
  packages_install "${names[@]}"
  boot_loader_release
  mapfile -t missing < <(packages_missing "${names[@]}")
  ((${#missing[@]} == 0)) || fail "not installed although asked for: ${missing[*]}"
  subscription_close
  packages_forget_keys
  [[ $INGOT_FAMILY == debian ]] || copy_files repositories # dnf would know each repository twice before
  versions_hold
}

# A base of another distro would take other packages, and fail much later.
base_is_ours() {
  local id version
  [[ -n ${INGOT_OS_ID:-} && -r /etc/os-release ]] || return 0
  id=$(sed -nE 's/^ID="?([^"]*)"?$/\1/p' /etc/os-release)
  version=$(sed -nE 's/^VERSION_ID="?([^"]*)"?$/\1/p' /etc/os-release)
  [[ $id == "$INGOT_OS_ID" && ($version == "$INGOT_VERSION_ID" || $version == "$INGOT_VERSION_ID".*) ]] ||
    fail "this base is $id $version, not $INGOT_OS_ID $INGOT_VERSION_ID as $INGOT_DISTRO says"
}

# versions_hold: an old repository, a pin or a module stream can give another version than the one that was asked for, without a word.
versions_hold() {
  local name least expected run found
  [[ -f $payload/versions.list ]] || return 0
  while IFS=$'\t' read -r name least expected run; do
    found=$( (eval "$run") 2>&1 </dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -1) || true
    [[ -n $found ]] || fail "$name does not say its version: $run"
    [[ $(printf '%s\n' "$least" "$found" | sort -V | head -1) == "$least" ]] || fail "$name $found was installed; the image asks for $least or newer"
    [[ $expected == - || $found == "$expected" || $found == "$expected".* ]] || fail "$name $found was installed; $INGOT_DISTRO says that it is $expected"
    say "$name $found"
  done <"$payload/versions.list"
}

# facts_hold: what nobody has seen of this distro is looked at before anything is built on it.
facts_hold() {
  local fact variable probe value
  [[ -f $payload/probes.list ]] || return 0
  while IFS=$'\t' read -r fact variable probe; do
    value=${!variable}
    case $probe in
      unit) service_exists "$value" || service_exists "${value/@*/@}.service" ;;
      path) [[ -e $value ]] ;;
      user) getent passwd "$value" >/dev/null ;;
      group) getent group "$value" >/dev/null ;;
      command) command -v "$value" >/dev/null ;;
      *) false ;;
    esac || fail "the fact $fact of $INGOT_DISTRO is wrong: there is no $probe '$value' here"
  done <"$payload/probes.list"
}

# copy_files KIND: the files of KIND.list, from the payload's folder KIND.
copy_files() {
  local mode owner group target
  [[ -f $payload/$1.list ]] || return 0
  while IFS=$'\t' read -r mode owner group target; do
    [[ -n $target ]] || continue
    install -D -T -m "$mode" -o "$owner" -g "$group" "$payload/$1$target" "$target" || fail "cannot copy $target"
  done <"$payload/$1.list"
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
