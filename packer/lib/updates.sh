#!/usr/bin/env bash
# Why: security updates install themselves, with each family's own means.
# Needs: INGOT_FAMILY; files.sh, services.sh, log.sh.

# updates_enable REBOOT(true|false) TIME: TIME (HH:MM) matters only when REBOOT is true.
updates_enable() {
  case $INGOT_FAMILY in
    debian) apt_updates_enable "$@" ;;
    el) dnf_updates_enable ;;
    *) no_such_family ;;
  esac
}

apt_updates_enable() {
  write_file 0644 /etc/apt/apt.conf.d/20auto-upgrades <<'CONF'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
CONF
  write_file 0644 /etc/apt/apt.conf.d/52ingot-unattended-upgrades <<CONF
// The origins (security only) are those of 50unattended-upgrades.
Unattended-Upgrade::Automatic-Reboot "$1";
Unattended-Upgrade::Automatic-Reboot-Time "$2";
Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";
Unattended-Upgrade::SyslogEnable "true";
CONF
  service_enable unattended-upgrades.service apt-daily.timer apt-daily-upgrade.timer
}

# CentOS Stream publishes no security metadata: `upgrade_type = security` would install nothing there for ever.
dnf_updates_enable() {
  local kind=security
  ! grep -q 'CentOS Stream' /etc/os-release || kind=default
  set_line /etc/dnf/automatic.conf '^upgrade_type[[:space:]]*=' "upgrade_type = $kind"
  set_line /etc/dnf/automatic.conf '^apply_updates[[:space:]]*=' 'apply_updates = yes'
  service_enable dnf-automatic.timer
}
