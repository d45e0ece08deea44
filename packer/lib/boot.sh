#!/usr/bin/env bash
# Why: a kernel that comes with an upgrade must be booted, but a boot loader cannot be probed in a chroot.
# Needs: INGOT_FAMILY; log.sh; root.

# While packages are installed, update-grub is a stub that only notes that it was called.
boot_loader_hold() {
  if [[ $INGOT_FAMILY == el ]]; then boot_arguments_hold /etc/kernel/cmdline; fi
  [[ $INGOT_FAMILY == debian ]] || return 0
  BOOT_STUBS=$(mktemp -d)
  printf '#!/bin/sh\n: >%s/called\n' "$BOOT_STUBS" >"$BOOT_STUBS/update-grub"
  chmod 0755 "$BOOT_STUBS" "$BOOT_STUBS/update-grub"
  export PATH=$BOOT_STUBS:$PATH
}

# A menu that names /vmlinuz or /boot/vmlinuz follows the link to the newest kernel by itself; any other has to be made anew.
boot_loader_release() {
  [[ -z ${BOOT_ARGUMENTS:-} ]] || rm -f "$BOOT_ARGUMENTS"
  [[ $INGOT_FAMILY == debian ]] || return 0
  export PATH=${PATH#"$BOOT_STUBS:"}
  if [[ -e $BOOT_STUBS/called ]] && ! grep -Eqs '^[[:space:]]*linux[[:space:]]+(/boot)?/vmlinuz[[:space:]]' /boot/grub/grub.cfg; then
    ! in_chroot || fail 'a new kernel came with the upgrade and this base has a boot menu that names kernels: bake with --driver vm or take a newer base'
    update-grub
  fi
  rm -rf "$BOOT_STUBS"
}

# boot_arguments_hold FILE: the entry of a new kernel gets the arguments that this system is started with. kernel-install would take those of the running kernel,
# which in a chroot is the host's, with the host's root.
boot_arguments_hold() {
  local file=$1 arguments
  if [[ -e $file ]] || ! in_chroot; then return 0; fi
  arguments=$(boot_arguments /boot/loader/entries)
  [[ -n $arguments ]] || return 0
  BOOT_ARGUMENTS=$file
  write_file 0644 "$file" <<<"$arguments"
}

# boot_arguments FOLDER: those of the entry that is started, without the variables of GRUB, which entries of EL 8 take all of theirs from.
boot_arguments() {
  local entry
  entry=$(printf '%s\n' "$1"/*.conf | grep -v -- '-0-rescue' | sort -V | tail -1)
  [[ -f $entry ]] || return 0
  sed -nE 's/^options[[:space:]]+//p' "$entry" | tr ' ' '\n' | grep -vE '^(\$|$)' | xargs || true
}
