#!/usr/bin/env bash
# Why: the only place that knows apt from dnf.
# Needs: INGOT_FAMILY; log.sh, files.sh; root.

APT_OPTIONS=(
  -y -q
  -o Dpkg::Use-Pty=0
  -o Dpkg::Options::=--force-unsafe-io
  -o Dpkg::Options::=--force-confold
  -o DPkg::Lock::Timeout=300
  -o APT::Get::AutomaticRemove=false
)

# How this bake reaches its packages; nothing of it stays in the image.
DNF_OPTIONS=(-y --setopt=install_weak_deps=False)
if [[ -n ${INGOT_PAYLOAD:-} && -f $INGOT_PAYLOAD/bake/dnf.options ]]; then mapfile -t -O "${#DNF_OPTIONS[@]}" DNF_OPTIONS <"$INGOT_PAYLOAD/bake/dnf.options"; fi

# Whoever holds the package database at boot (timers, cloud-init) is waited for; a half-configured package is finished first.
packages_wait() {
  case $INGOT_FAMILY in
    debian) [[ -z $(dpkg --audit) ]] || dpkg --configure -a ;;
    el) ;;
    *) no_such_family ;;
  esac
}

packages_refresh() {
  case $INGOT_FAMILY in
    debian) apt-get "${APT_OPTIONS[@]}" -o APT::Update::Error-Mode=any update ;;
    el) dnf "${DNF_OPTIONS[@]}" -q makecache ;;
    *) no_such_family ;;
  esac
}

# packages_install NAME...: everything that is out of date and everything that is missing, in one transaction.
packages_install() {
  case $INGOT_FAMILY in
    debian) apt-get "${APT_OPTIONS[@]}" dist-upgrade "$@" ;;
    el)
      dnf "${DNF_OPTIONS[@]}" upgrade
      (($# == 0)) || dnf "${DNF_OPTIONS[@]}" install "$@"
      ;;
    *) no_such_family ;;
  esac
}

# packages_remove <list of names: those that are there are gone, with their settings. What came for their sake stays: the vendor's bundles would take half the system along.
packages_remove() {
  local name there=()
  while IFS= read -r name; do
    if package_installed "$name"; then there+=("$name"); fi
  done
  ((${#there[@]} > 0)) || return 0
  say "taken out of the base: ${there[*]}"
  case $INGOT_FAMILY in
    debian) apt-get "${APT_OPTIONS[@]}" purge "${there[@]}" ;;
    el) dnf "${DNF_OPTIONS[@]}" --setopt=clean_requirements_on_remove=False remove "${there[@]}" ;;
    *) no_such_family ;;
  esac
}

package_installed() {
  case $INGOT_FAMILY in
    debian) [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ?i* ]] ;;
    el) rpm -q --quiet "$1" ;;
    *) no_such_family ;;
  esac
}

# packages_missing NAME...: prints those that are not installed.
packages_missing() {
  local name
  case $INGOT_FAMILY in
    debian)
      dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | awk '/^.i / { print $2 }' | sort -u |
        comm -13 - <(printf '%s\n' "$@" | sed -E 's/[:=\/].*//;/^$/d' | sort -u)
      ;;
    el) for name in "$@"; do rpm -q --quiet --whatprovides "$name" || echo "$name"; done ;;
    *) no_such_family ;;
  esac
}

# packages_answer PACKAGE QUESTION TYPE VALUE: what a package would ask while it is installed. Families without questions ignore it.
packages_answer() {
  [[ $INGOT_FAMILY != debian ]] || printf '%s %s %s %s\n' "$@" | debconf-set-selections
}

# packages_modules <list: `nodejs:18` is the stream that the transaction takes, `-postgresql` a module that would hide a third party's packages.
packages_modules() {
  local module
  [[ $INGOT_FAMILY == el ]] || return 0
  while IFS= read -r module; do
    if [[ $module == -* ]]; then
      dnf "${DNF_OPTIONS[@]}" -q module disable "${module#-}"
    else
      dnf "${DNF_OPTIONS[@]}" -q module reset "${module%%:*}"
      dnf "${DNF_OPTIONS[@]}" -q module enable "$module"
    fi
  done
}

# packages_forget_keys: a key that was put in for this bake alone does not stay. dnf gave it to rpm's own ring, where it would vouch for what a VM installs later.
packages_forget_keys() {
  local key
  [[ $INGOT_FAMILY == el && -f $INGOT_PAYLOAD/bake/passing-keys ]] || return 0
  while IFS= read -r key; do
    ! rpm -q --quiet "gpg-pubkey-$key" || rpm -e --allmatches "gpg-pubkey-$key"
  done <"$INGOT_PAYLOAD/bake/passing-keys"
}

# packages_clean: indexes and archives stay out of the image; a folder of the host that is mounted over them stays as it is.
packages_clean() {
  case $INGOT_FAMILY in
    debian)
      is_mounted /var/lib/apt/lists || find /var/lib/apt/lists -mindepth 1 -not -name partial -delete
      is_mounted /var/cache/apt/archives || find /var/cache/apt/archives -mindepth 1 -not -name partial -delete
      rm -f /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old
      ;;
    el) is_mounted /var/cache/dnf || find /var/cache/dnf -mindepth 1 -delete 2>/dev/null || true ;; # dnf's own `clean` writes logs
    *) no_such_family ;;
  esac
}

# packages_unpack_outside_tmp: packages' questions are programs, and /tmp may refuse to run any.
packages_unpack_outside_tmp() {
  [[ $INGOT_FAMILY == debian ]] || return 0
  install -d -m 0700 /var/cache/apt/templates
  write_file 0644 /etc/apt/apt.conf.d/50ingot-templates <<<'APT::ExtractTemplates::TempDir "/var/cache/apt/templates";'
}
