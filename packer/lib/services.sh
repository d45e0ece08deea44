#!/usr/bin/env bash
# Why: which services start at boot is decided offline: no manager is asked, so a chroot and a VM give the same links.
# Needs: systemctl.

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
