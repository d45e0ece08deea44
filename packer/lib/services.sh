#!/usr/bin/env bash
# Why: which services start at boot is decided offline: no manager is asked, so a chroot and a VM give the same links.
# Needs: systemctl; files.sh.

service_enable() {
  SYSTEMD_OFFLINE=1 systemctl --no-reload -q enable "$@"
}

service_disable() {
  SYSTEMD_OFFLINE=1 systemctl --no-reload -q disable "$@"
}

# Disabled units come back when a first boot applies presets, or when a package is upgraded: what must stay off is masked.
service_mask() {
  SYSTEMD_OFFLINE=1 systemctl --no-reload -q mask "$@"
}

service_exists() {
  [[ -e /usr/lib/systemd/system/$1 || -e /lib/systemd/system/$1 || -e /etc/systemd/system/$1 ]]
}

# service_settings UNIT FILE...: the unit follows these files as well, a later one over an earlier. They stay where they ship.
service_settings() {
  local dir=/etc/systemd/system/$1.d number=10 file
  shift
  install -d -m 0755 "$dir"
  for file in "$@"; do
    ln -sfn "$file" "$dir/$number-${file##*/}"
    number=$((number + 10))
  done
}

# service_after_first_boot UNIT...: not started before this machine's first boot has succeeded. A later run that fails leaves it running.
service_after_first_boot() {
  local unit
  for unit in "$@"; do
    write_file 0644 "/etc/systemd/system/$unit.d/20-first-boot.conf" <<'UNIT'
[Unit]
Wants=ingot-first-boot.service
After=ingot-first-boot.service
AssertPathExists=/var/lib/ingot/first-boot.done
UNIT
  done
}

# program_knows PROGRAM OPTION: its help names the option, `--OPTION` or `--[no-]OPTION`.
program_knows() {
  local help
  help=$("$1" --help 2>&1) || true
  grep -qE -- "--(\[no-\])?${2//./\\.}([^A-Za-z0-9.-]|\$)" <<<"$help"
}
