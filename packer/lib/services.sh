#!/usr/bin/env bash
# Why: which services start at boot is decided offline: the root is named, and neither a manager nor what is masked in /run has a say: a chroot and a VM give the same links.
# Needs: systemctl.

service_enable() {
  systemctl --root=/ -q enable "$@"
}

service_disable() {
  systemctl --root=/ -q disable "$@"
}

# Disabled units come back when a first boot applies presets, or when a package is upgraded: what must stay off is masked.
service_mask() {
  systemctl --root=/ -q mask "$@"
}

service_exists() {
  [[ -e /usr/lib/systemd/system/$1 || -e /lib/systemd/system/$1 || -e /etc/systemd/system/$1 ]]
}
