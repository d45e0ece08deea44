#!/usr/bin/env bash
# Why: a kernel that comes with an upgrade must be booted, but a boot loader cannot be probed in a chroot.
# Needs: INGOT_FAMILY; log.sh; root.

# While packages are installed, update-grub is a stub that only notes that it was called.
boot_loader_hold() {
  [[ $INGOT_FAMILY == debian ]] || return 0
  BOOT_STUBS=$(mktemp -d)
  printf '#!/bin/sh\n: >%s/called\n' "$BOOT_STUBS" >"$BOOT_STUBS/update-grub"
  chmod 0755 "$BOOT_STUBS" "$BOOT_STUBS/update-grub"
  export PATH=$BOOT_STUBS:$PATH
}

# A menu that names /vmlinuz or /boot/vmlinuz follows the link to the newest kernel by itself; any other has to be made anew.
boot_loader_release() {
  [[ $INGOT_FAMILY == debian ]] || return 0
  export PATH=${PATH#"$BOOT_STUBS:"}
  if [[ -e $BOOT_STUBS/called ]] && ! grep -Eqs '^[[:space:]]*linux[[:space:]]+(/boot)?/vmlinuz[[:space:]]' /boot/grub/grub.cfg; then
    ! in_chroot || fail 'a new kernel came with the upgrade and this base has a boot menu that names kernels: bake with --driver vm or take a newer base'
    update-grub
  fi
  rm -rf "$BOOT_STUBS"
}
