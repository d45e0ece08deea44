#!/usr/bin/env bash
# Why: what every machine gives up, whatever it serves: rights that no program needs, and files that nobody but root has to read.
# Needs: INGOT_FAMILY; files.sh.

# setuid_out PATH...: runs with its caller's rights from now on, and after its package's next upgrade where the family can say so.
setuid_out() {
  local path
  for path in "$@"; do
    [[ -f $path && ! -L $path ]] || continue
    case $INGOT_FAMILY in
      debian)
        # An upgrade heeds what is said of the path that the package names, which may be the one before /usr was merged.
        dpkg-query -S "$path" >/dev/null 2>&1 || [[ ! -e ${path#/usr} ]] || path=${path#/usr}
        [[ -n $(dpkg-statoverride --list "$path") ]] || dpkg-statoverride --update --add root root 0755 "$path"
        ;;
      el) chmod a-s "$path" ;;
      *) no_such_family ;;
    esac
  done
}

# capabilities_out PATH...: the same for rights that a file gives without being setuid. An upgrade of its package brings them back.
capabilities_out() {
  local path
  for path in "$@"; do
    if [[ -f $path && ! -L $path && -n $(getcap "$path" 2>/dev/null) ]]; then setcap -r "$path"; fi
  done
}

# boot_files_private: boot menu and symbol tables are for root. A new kernel writes them anew, so the same is done after it.
boot_files_private() {
  local hook=/etc/kernel/postinst.d/zzz-ingot-boot-modes
  [[ $INGOT_FAMILY != el ]] || hook=/etc/kernel/install.d/99-ingot-boot-modes.install
  write_file 0755 "$hook" <<'HOOK'
#!/bin/sh
# Written by Ingot (component base-system): boot menu and symbol tables are for root alone.
for file in /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/grub2/user.cfg /boot/System.map-* /boot/config-*; do
  [ ! -f "$file" ] || chmod go-rwx "$file"
done
exit 0
HOOK
  "$hook"
}

# mount_options PATH LINE: how a file system is mounted from the next boot on. Some bases mask the unit of a path, and a masked one is not mounted by fstab either.
mount_options() {
  local unit
  unit=/etc/systemd/system/$(systemd-escape --path --suffix=mount "$1")
  [[ $(readlink "$unit") != /dev/null ]] || rm "$unit"
  set_line /etc/fstab "^[^#[:space:]]+[[:space:]]+$1[[:space:]]" "$2"
}

# boots_without PATH [FSTAB]: a machine on which this file system is late or gone comes up all the same; who waits for it waits long.
# On a busy host a guest's device can take longer than the 90 seconds that systemd gives it, and then the whole boot ends in emergency mode.
boots_without() {
  local fstab=${2:-/etc/fstab}
  [[ -f $fstab ]] || return 0
  sed -Ei "\\#^[^\#]*[[:space:]]nofail|,nofail#! s#^([^\#[:space:]]+[[:space:]]+$1[[:space:]]+[^[:space:]]+[[:space:]]+[^[:space:]]+)#\1,nofail,x-systemd.device-timeout=10min#" "$fstab"
}

# cron_for_root: where cron or at come later, they are root's alone; what they read is not for others.
cron_for_root() {
  local path
  rm -f /etc/cron.deny /etc/at.deny
  for path in /etc/cron.allow /etc/at.allow; do write_file 0600 "$path" <<<root; done
  for path in /etc/cron.{d,hourly,daily,weekly,monthly}; do [[ ! -d $path ]] || chmod 0700 "$path"; done
  [[ ! -f /etc/crontab ]] || chmod 0600 /etc/crontab
}

# kernel_arguments ID ARGUMENT...: what the kernel is started with, now and after the next kernel. ID names the file that says so.
kernel_arguments() {
  local id=$1 menu=/boot/grub/grub.cfg
  shift
  case $INGOT_FAMILY in
    debian)
      write_file 0644 "/etc/default/grub.d/60-ingot-$id.cfg" <<<"GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX $*\""
      [[ -f $menu ]] || return 0
      ARGUMENTS=$* awk '
        /^[[:space:]]*linux[[:space:]]/ {
          count = split(ENVIRON["ARGUMENTS"], argument, " ")
          for (i = 1; i <= count; i++) if (index($0 " ", " " argument[i] " ") == 0) $0 = $0 " " argument[i]
        }
        { print }' "$menu" | write_file 0600 "$menu"
      ;;
    el) grubby --update-kernel=ALL --args="$*" ;;
    *) no_such_family ;;
  esac
}

# apparmor_enforce FILE...: profiles that only complain do so no longer; their other flags stay.
apparmor_enforce() {
  sed -i -E '/^[^#]*flags=\([^)]*\bcomplain\b/ { s/\bcomplain\b//g; s/\([ ,]+/(/; s/,[ ,]+/,/g; s/[ ,]+\)/)/; s/ *flags=\(\)//; }' "$@"
}
