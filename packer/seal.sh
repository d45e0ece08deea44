#!/usr/bin/env bash
# Why: no identity, secret, cache, log or trace of the build is left in the image; each VM makes its own at first boot.
# Needs: root; lib/ beside it (by INGOT_LIB or its own place). Gives the same files in a chroot and in a VM, however often it runs.
set -euo pipefail
: "${INGOT_LIB:=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/lib}"
export INGOT_LIB
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"
[[ ${INGOT_LAYER:-} == sealed ]] || fail 'seal.sh removes the identity of the machine that it runs on: run-layer.sh starts it in a guest, nobody else'
shopt -s nullglob dotglob

main() {
  uncover
  build_users_out
  cloud_state_out
  secrets_out
  subscription_out
  histories_out
  logs_out
  caches_out
  network_settled
  identity_out
  labels_right
  sync
}

# What a driver mounted over the image would hide what has to be cleaned below it, and a write would reach the host.
uncover() {
  local path
  in_chroot || return 0
  for path in /etc/hosts /etc/resolv.conf /var/cache/apt/archives /var/lib/apt/lists /var/cache/dnf /tmp /var/tmp; do
    while is_mounted "$path"; do umount -l "$path"; done
  done
}

# Regular users come from cloud-init or from the build; an image has none. -f: the build's own session may still be open.
build_users_out() {
  local user home
  while IFS=: read -r user home; do
    userdel -f "$user" 2>/dev/null || ! getent passwd "$user" >/dev/null || fail "cannot remove the user $user"
    groupdel "$user" 2>/dev/null || true
    [[ $home != /home/?* ]] || rm -rf "$home"
    rm -f "/var/mail/$user" "/var/spool/mail/$user" "/etc/sudoers.d/$user"
  done < <(awk -F: '$3 >= 1000 && $3 < 60000 { print $1 ":" $6 }' /etc/passwd)
  rm -f /etc/sudoers.d/90-cloud-init-users /etc/sudoers.d/ingot-build
  chmod 0750 /etc/sudoers.d # cloud-init gives it this mode when it writes there, packages another
  : >/etc/subuid
  : >/etc/subgid
}

cloud_state_out() {
  local path
  rm -rf /var/lib/cloud /run/cloud-init
  rm -f /etc/ssh/sshd_config.d/50-cloud-init.conf /etc/apt/apt.conf.d/90cloud-init-* /etc/apt/apt.conf.d/94cloud-init-* \
    /etc/netplan/* /etc/systemd/network/10-cloud-init-* /etc/network/interfaces.d/50-cloud-init /etc/udev/rules.d/70-persistent-net.rules \
    /etc/udev/rules.d/85-persistent-net-cloud-init.rules /etc/NetworkManager/system-connections/* /etc/cloud/cloud.cfg.d/*-installer.cfg \
    /etc/cloud/cloud.cfg.d/99-disable-network-config.cfg /etc/cloud/cloud.cfg.d/*curtin*.cfg
  # A card of the build, by its address: every VM writes its own.
  for path in /etc/sysconfig/network-scripts/ifcfg-*; do ! grep -qE '^(# Created by cloud-init|HWADDR=)' "$path" || rm "$path"; done
}

secrets_out() {
  local link
  rm -f /etc/ssh/ssh_host_* /etc/ssl/private/ssl-cert-snakeoil.key /etc/ssl/certs/ssl-cert-snakeoil.pem
  for link in /etc/ssl/certs/*; do [[ ! -L $link || -e $link ]] || rm -f "$link"; done
  rm -rf /root/.ssh/* /root/.gnupg /root/.config /root/.netrc /root/.pgpass
  rm -f /etc/ingot/instance.* /etc/ingot/database-password /etc/ingot/backup-credentials /var/lib/ingot/first-boot.* /etc/motd.d/50-ingot-first-boot
  rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /etc/.resolv.conf.systemd-resolved.bak
  rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-
}

# What was registered while it was baked is no machine of its customer: each VM registers itself.
subscription_out() {
  rm -rf /etc/pki/consumer/* /etc/pki/entitlement/* /var/lib/rhsm/cache/* /var/lib/rhsm/facts/* /var/log/rhsm/* /var/lib/insights/*
  rm -f /etc/yum.repos.d/redhat.repo /etc/insights-client/machine-id /etc/insights-client/.registered /etc/insights-client/.unregistered
}

histories_out() {
  rm -rf /root/.*_history /root/.viminfo /root/.lesshst /root/.wget-hsts /root/.cache /root/.npm /root/.node-gyp /root/.local /root/.selected_editor
  rm -rf /root/anaconda-ks.cfg /root/original-ks.cfg
  rm -f /home/*/.*_history
}

# A file that a daemon wants to find is emptied, with its owner and mode; every other file goes. Folders stay.
logs_out() {
  local kept=(-name btmp -o -name wtmp -o -name lastlog -o -name faillog -o -path '/var/log/nginx/*.log' -o -path /var/log/fail2ban.log)
  find /var/log -xdev -type f \( "${kept[@]}" \) -exec truncate -s 0 {} +
  find /var/log -xdev -type f -not \( "${kept[@]}" \) -delete
  rm -rf /var/log/journal/* /var/log/installer /var/crash/* /var/lib/systemd/coredump/* /var/lib/systemd/pstore/*
}

caches_out() {
  packages_clean
  find /var/cache -xdev -type f \( -path '/var/cache/fontconfig/*' -o -path '/var/cache/ldconfig/*' \
    -o -path '/var/cache/debconf/*-old' -o -path '/var/cache/apt/*.bin' -o -path '/var/cache/private/*' \) -delete
  rm -rf /var/cache/fontconfig/* /var/cache/pip /var/cache/npm
  rm -f /var/lib/dpkg/*-old /var/lib/dpkg/*/*-old /var/backups/*
  rm -rf /var/lib/systemd/timers /var/lib/systemd/timesync /var/lib/systemd/linger /var/lib/systemd/rfkill /var/lib/systemd/backlight \
    /var/lib/sudo/lectured/* /var/lib/sudo/ts /var/lib/logrotate/* /var/lib/unattended-upgrades/* /var/lib/fail2ban/* /var/lib/dnf/history*
  rm -f /var/lib/apt/periodic/* /var/lib/apt/daily_lock
  find /tmp /var/tmp -xdev -mindepth 1 -not -path '/tmp/script_*.sh' -not -path '/tmp/packer-*' -delete 2>/dev/null || true
}

network_settled() {
  rm -rf /var/lib/dhcp/* /var/lib/dhclient/* /var/lib/dhcpcd/* /var/lib/NetworkManager/*.lease /var/lib/systemd/network
  rm -f /etc/machine-info /etc/adjtime
  write_file 0644 /etc/hostname <<<localhost
  write_file 0644 /etc/hosts <<'HOSTS'
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
HOSTS
  [[ -L /etc/resolv.conf || ! -e /etc/resolv.conf ]] || : >/etc/resolv.conf
}

# Where SELinux is enforced, a file without its label cannot be read. The policy's own tool writes labels whether or not the running kernel knows them.
labels_right() {
  local contexts=/etc/selinux/targeted/contexts/files/file_contexts
  [[ $INGOT_FAMILY == el && -f $contexts ]] || return 0
  setfiles -F -e /proc -e /sys -e /dev -e /run "$contexts" / || : >/.autorelabel
  ! is_mounted /boot || setfiles -F "$contexts" /boot || : >/.autorelabel # it does not cross into another file system by itself
}

# Empty, not missing: a new id is made at boot, but it does not count as a first boot that would apply unit presets.
identity_out() {
  rm -f /etc/machine-id /var/lib/dbus/machine-id
  install -m 0444 /dev/null /etc/machine-id
  [[ ! -d /var/lib/dbus ]] || ln -s /etc/machine-id /var/lib/dbus/machine-id
}

main
