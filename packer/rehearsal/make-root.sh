#!/usr/bin/env bash
# Why: a rehearsal needs a root in which the real shell, package managers and servers are, and in which nothing is installed yet.
# Needs: root, mmdebstrap; ROOT_DIR, SUITE, SOURCES, APT_CONF; made once and only read afterwards.
set -euo pipefail

PACKAGES=(
  systemd systemd-sysv dbus libpam-runtime libpam-modules libpam-pwquality cracklib-runtime openssh-server openssh-client sudo python3 python3-venv python3-pip
  python3-systemd nginx-light fail2ban supervisor firewalld haproxy auditd logrotate iproute2 procps ca-certificates gpgv locales tzdata dnf rpm openssl adduser
  apt-utils debconf needrestart nftables ufw unattended-upgrades cloud-init policycoreutils apparmor ssl-cert rsync gawk less python3-yaml python3-jsonschema
  postgresql-15 postgresql-common
)
# What packages bring as settings: set aside, for the stand-ins to bring again.
SETTINGS=(
  /etc/nginx /etc/fail2ban /etc/supervisor /etc/postgresql /etc/postgresql-common /etc/ssh /etc/haproxy /etc/firewalld /etc/ufw /etc/default/ufw /etc/audit
  /etc/cloud /etc/needrestart /etc/logrotate.conf /etc/pam.d/sshd /etc/apt/apt.conf.d/50unattended-upgrades /etc/sudoers /etc/sudoers.d /etc/selinux
)

main() {
  local partial=$ROOT_DIR.partial path
  rm -rf "$partial"
  mmdebstrap --variant=minbase --format=directory --dpkgopt=force-unsafe-io --aptopt="$APT_CONF" --aptopt='APT::Install-Recommends "false"' \
    --include="$(IFS=, && echo "${PACKAGES[*]}")" "$SUITE" "$partial" "$SOURCES"
  for path in "${SETTINGS[@]}"; do
    [[ -e $partial$path ]] || continue
    mkdir -p "$partial/var/lib/rehearsal${path%/*}"
    mv "$partial$path" "$partial/var/lib/rehearsal$path"
  done
  mkdir -p "$partial"/etc/{ssh,sudoers.d}
  foreign_units_out "$partial"
  # apt asks for this one alone, to put questions to people.
  printf 'Package: debconf\nStatus: install ok installed\nVersion: 1.5.82\nArchitecture: all\nMaintainer: Rehearsal <rehearsal@localhost>\nDescription: asks questions\n' >"$partial/var/lib/dpkg/status"
  rm -rf "$partial"/var/lib/dpkg/info/* "$partial"/etc/apt/sources.list "$partial"/etc/apt/sources.list.d/* "$partial"/var/lib/{postgresql,fail2ban} "$partial"/etc/logrotate.d/*
  mkdir -p "$partial"/{run,usr/lib/modules/5.15.0-rehearsal,etc/rpm,etc/yum.repos.d,etc/dnf,etc/pki/rpm-gpg,etc/apt/keyrings,var/lib/postgresql}
  printf '%%_dbpath /var/lib/rpm\n' >"$partial/etc/rpm/macros"
  mv "$partial" "$ROOT_DIR"
}

# Only systemd's own stay: which unit a package brings is what a rehearsal finds out.
foreign_units_out() {
  local root=$1 dir
  for dir in "$root/lib/systemd/system" "$root/usr/lib/systemd/system"; do
    [[ -d $dir && ! -L $dir ]] || continue
    find "$dir" -maxdepth 1 \( -name 'nginx*' -o -name 'fail2ban*' -o -name 'supervisor*' -o -name 'firewalld*' -o -name 'haproxy*' -o -name 'audit*' -o -name 'logrotate*' \
      -o -name 'postgresql*' -o -name 'pg_*' -o -name 'ssh*' -o -name 'rsync*' -o -name 'ufw*' -o -name 'unattended*' -o -name 'apt-daily*' -o -name 'cloud-*' -o -name 'apparmor*' \
      -o -name 'systemd-timesyncd*' -o -name 'certbot*' -o -name 'dnf*' -o -name 'nftables*' \) -exec rm -rf {} +
  done
  find "$root/etc/systemd/system" -mindepth 1 -delete
}

main
