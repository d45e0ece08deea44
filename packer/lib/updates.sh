#!/usr/bin/env bash
# Why: security updates install themselves, with each family's own means, also those of third parties' repositories.
# Needs: INGOT_FAMILY; files.sh, services.sh, log.sh.

# updates_enable REBOOT(true|false) TIME: TIME (HH:MM) matters only when REBOOT is true.
updates_enable() {
  case $INGOT_FAMILY in
    debian) apt_updates_enable "$@" ;;
    el) dnf_updates_enable "$@" ;;
    *) no_such_family ;;
  esac
}

# Without the two dpkg options a package whose configuration file was changed (by us or by an administrator) would wait for ever for an answer.
apt_updates_enable() {
  local site
  write_file 0644 /etc/apt/apt.conf.d/20auto-upgrades <<'CONF'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
CONF
  {
    cat <<CONF
// The distribution's origins (security; Debian's point releases) are those of 50unattended-upgrades. Third parties mix security fixes with others, and have one suite.
Unattended-Upgrade::Automatic-Reboot "$1";
Unattended-Upgrade::Automatic-Reboot-Time "$2";
Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";
Unattended-Upgrade::Remove-New-Unused-Dependencies "true";
Unattended-Upgrade::MinimalSteps "true";
Unattended-Upgrade::SyslogEnable "true";
Dpkg::Options { "--force-confdef"; "--force-confold"; };
CONF
    for site in $(apt_third_parties); do printf 'Unattended-Upgrade::Origins-Pattern { "site=%s"; };\n' "$site"; done
  } | write_file 0644 /etc/apt/apt.conf.d/52ingot-unattended-upgrades
  service_enable unattended-upgrades.service apt-daily.timer apt-daily-upgrade.timer
}

# apt_third_parties: hosts of the package sources that are not the distribution's own.
apt_third_parties() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^[[:space:]]*#' | grep -oE 'https?://[^/[:space:]]+' | sed 's,.*//,,' | sort -u |
    grep -vE '(^|\.)(debian|ubuntu)\.(org|com)$' || true
}

# CentOS Stream publishes no security metadata, and neither do most third parties: `upgrade_type = security` would install nothing of theirs for ever.
dnf_updates_enable() {
  local kind=security repository
  ! grep -q 'CentOS Stream' /etc/os-release || kind=default
  ! dnf_third_parties | grep -q . || kind=default
  set_line /etc/dnf/automatic.conf '^upgrade_type[[:space:]]*=' "upgrade_type = $kind"
  set_line /etc/dnf/automatic.conf '^apply_updates[[:space:]]*=' 'apply_updates = yes'
  # dnf-automatic of EL 8 has no option for a reboot: there the timer does not do it.
  ! grep -q '^#*[[:space:]]*reboot[[:space:]]*=' /etc/dnf/automatic.conf ||
    set_line /etc/dnf/automatic.conf '^#?[[:space:]]*reboot[[:space:]]*=' "reboot = $([[ $1 == true ]] && echo when-needed || echo never)"
  for repository in $(dnf_third_parties); do say "updates of $repository are installed as they come"; done
  service_enable dnf-automatic.timer
}

# dnf_third_parties: repositories without security metadata, which is all but the distribution's own and EPEL.
dnf_third_parties() {
  cat /etc/yum.repos.d/*.repo 2>/dev/null | awk -F'[][]' '/^\[/ { id = $2 } /^enabled[[:space:]]*=[[:space:]]*1/ { print id }' |
    grep -viE '^(baseos|appstream|extras|crb|powertools|epel|rhel-|rocky|almalinux|codeready)' || true
}

# restarts_enable: what still runs with a library that was replaced is restarted, so that an update is in force without a reboot.
restarts_enable() {
  [[ $INGOT_FAMILY == debian ]] || return 0
  write_file 0644 /etc/needrestart/conf.d/60-ingot.conf <<'CONF'
# Written by Ingot (component automatic-updates): restart services by itself, and do not ask about kernels and microcode.
$nrconf{restart} = 'a';
$nrconf{kernelhints} = 0;
$nrconf{ucodehints} = 0;
CONF
}
