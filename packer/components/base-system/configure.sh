#!/usr/bin/env bash
# Why: language, time zone, rotation of logs and what every machine gives up are the same on every machine of this image.
# Needs: BASE_SYSTEM_LOCALE, BASE_SYSTEM_TIMEZONE, BASE_SYSTEM_SESSION_SECONDS, BASE_SYSTEM_TMP_OPTIONS, BASE_SYSTEM_SU_GROUP, BASE_SYSTEM_CRYPTO_POLICY, FACT_TIME_SYNC_UNIT, INGOT_FAMILY.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

main() {
  language_and_time
  journal
  accounts
  [[ ! -d /etc/crypto-policies ]] || update-crypto-policies --set "$BASE_SYSTEM_CRYPTO_POLICY" >/dev/null
  files_and_mounts
  units
}

language_and_time() {
  locale_select "$BASE_SYSTEM_LOCALE"
  [[ -f /usr/share/zoneinfo/$BASE_SYSTEM_TIMEZONE ]] || fail "there is no time zone '$BASE_SYSTEM_TIMEZONE'"
  ln -sfn "/usr/share/zoneinfo/$BASE_SYSTEM_TIMEZONE" /etc/localtime
  [[ ! -e /etc/timezone ]] || write_file 0644 /etc/timezone <<<"$BASE_SYSTEM_TIMEZONE"
}

# The journal survives a reboot. Scanners read the main file alone, so it says the same as the drop-in.
journal() {
  [[ -d /var/log/journal ]] || install -d -m 2755 -g systemd-journal /var/log/journal
  set_line /etc/systemd/journald.conf '^#?Storage=' 'Storage=persistent'
  set_line /etc/systemd/journald.conf '^#?Compress=' 'Compress=yes'
  set_line /etc/systemd/journald.conf '^#?ForwardToSyslog=' 'ForwardToSyslog=no'
}

accounts() {
  login_definitions
  password_policy
  su_restrict "$BASE_SYSTEM_SU_GROUP"
  session_limits "$BASE_SYSTEM_SESSION_SECONDS"
  visudo -cq -f /etc/sudoers.d/00-ingot || fail '/etc/sudoers.d/00-ingot is not valid: nobody could become root'
  : >/etc/securetty
  cron_for_root
}

files_and_mounts() {
  boots_without /boot/efi
  mount_options /dev/shm 'tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0'
  mount_options /tmp "/tmp /tmp none rw,bind,$BASE_SYSTEM_TMP_OPTIONS 0 0"
  packages_unpack_outside_tmp
  setuid_out /usr/bin/{chage,chfn,chsh,expiry,gpasswd,newgrp,mount,umount,wall,write,write.ul,bsd-write} /usr/lib/openssh/ssh-keysign \
    /usr/libexec/openssh/ssh-keysign /usr/bin/fusermount{,3} /usr/sbin/{userhelper,usernetctl,grub2-set-bootflag,mount.cifs,mount.nfs,pam_extrausers_chkpwd} \
    /usr/bin/{at,crontab,locate,mlocate,newgidmap,newuidmap,ntfs-3g,pkexec,plocate,screen,staprun} /usr/lib/eject/dmcrypt-get-device \
    /usr/lib{,exec}{,/policykit-1,/polkit-1}/polkit-agent-helper-1 /usr/libexec/cockpit-session /usr/libexec/sssd/{krb5,ldap,p11,proxy,selinux}_child
  capabilities_out /usr/bin/{newuidmap,newgidmap,mtr-packet,traceroute6.iputils}
  boot_files_private
  chmod 0600 /etc/ssh/sshd_config 2>/dev/null || true
  chmod 0644 /etc/issue /etc/issue.net
  : >/etc/motd
  login_records_private
  rm -f /etc/update-motd.d/10-uname
}

# Who signed in when is for root and its readers of logs: now, after every boot (tmpfiles.d), and in the files that a rotation makes.
login_records_private() {
  local path
  for path in /var/log/{btmp,faillog,lastlog,wtmp}; do [[ ! -f $path ]] || chmod g-w,o-rwx "$path"; done
  for path in /etc/logrotate.d/{btmp,wtmp} /etc/logrotate.conf; do [[ ! -f $path ]] || sed -i -E 's/create 066[04]/create 0640/' "$path"; done
}

units() {
  service_enable "$FACT_TIME_SYNC_UNIT.service"
  time_servers
  ! service_exists logrotate.timer || service_enable logrotate.timer
  ! service_exists fstrim.timer || service_enable fstrim.timer
  service_mask ctrl-alt-del.target debug-shell.service
  # grub reads it before its drop-ins, and scanners read nothing else.
  [[ $INGOT_FAMILY != debian || -f /etc/default/grub ]] || write_file 0644 /etc/default/grub <<<'GRUB_CMDLINE_LINUX=""'
  kernel_arguments base slab_nomerge=yes page_alloc.shuffle=1 vsyscall=none mce=0 rng_core.default_quality=500
}

# The servers that the distro compiled in are the ones to ask; said where an administrator and a scanner look for them.
time_servers() {
  local settings=/etc/systemd/timesyncd.conf
  [[ ! -f $settings ]] || sed -i 's/^#FallbackNTP=\(.\)/FallbackNTP=\1/' "$settings"
}

main
