#!/usr/bin/env bash
# Why: which image a machine was made from, whether its first boot ended well, and whether it waits for a reboot.
# Needs: root; /usr/lib/ingot/image.env.
set -euo pipefail

main() {
  gauge ingot_image_info 'What this machine was made from.' 1 "{$(image_labels)}"
  gauge ingot_first_boot_done 'Whether the work of the first boot is done.' "$(truth first_boot_done)"
  gauge ingot_reboot_required 'Whether an update waits for a reboot.' "$(truth reboot_required)"
}

gauge() {
  printf '# HELP %s %s\n# TYPE %s gauge\n%s%s %s\n' "$1" "$2" "$1" "$1" "${4:-}" "$3"
}

truth() {
  if "$1"; then echo 1; else echo 0; fi
}

# Every line of image.env is a label: IMAGE='aikovrr' becomes image="aikovrr". What would need quotes is left out.
image_labels() {
  local name labels=
  # shellcheck source=/dev/null
  . /usr/lib/ingot/image.env
  while read -r name; do
    labels+=",${name,,}=\"${!name//[\"\\]/}\""
  done < <(sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p' /usr/lib/ingot/image.env)
  echo "${labels#,}"
}

first_boot_done() {
  [[ -s /var/lib/ingot/first-boot.done && ! -e /var/lib/ingot/first-boot.error ]]
}

# A newer kernel than the running one needs a reboot too, on distros that leave no note of it.
reboot_required() {
  local newest
  [[ ! -e /run/reboot-required ]] || return 0
  newest=$(find /boot -maxdepth 1 -name 'vmlinuz-*' ! -name '*rescue*' -printf '%f\n' | sed 's/^vmlinuz-//' | sort -V | tail -n 1)
  [[ -n $newest && $newest != "$(uname -r)" ]]
}

main
