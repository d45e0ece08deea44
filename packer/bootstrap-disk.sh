#!/usr/bin/env bash
# Why: turns a freshly unpacked Debian root into a disk that boots with BIOS and UEFI like a vendor's cloud image,
#   without a loop device, a mount of the disk, or a kernel that reads GPT or vfat.
# Needs: mmdebstrap's customize hook calls it with the root's folder; DISK (raw, to be written), VIRTUAL_SIZE_MIB, ROOT_UUID,
#   ESP_ID (8 hex digits), PUBLIC_SOURCES (a sources.list to leave in the image), WORK_DIR; gdisk, mtools, dosfstools, e2fsprogs, GRUB's modules.
set -euo pipefail

tree=$1
esp_mib=124
grub_dir=/usr/lib/grub
bios_modules=(biosdisk part_gpt ext2 search search_fs_uuid search_label normal configfile linux echo test serial terminal minicmd boot gzio)
efi_modules=(part_gpt fat ext2 search search_fs_uuid search_label normal configfile linux echo test serial terminal minicmd boot gzio all_video efi_gop)

main() {
  write_settings
  scrub
  make_boot_loaders
  partition
  fill_esp
  fill_root
  embed_bios_loader
}

write_settings() {
  cat >"$tree/etc/fstab" <<EOF
UUID=$ROOT_UUID / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1
UUID=${ESP_ID:0:4}-${ESP_ID:4:4} /boot/efi vfat umask=0077 0 0
EOF
  echo localhost >"$tree/etc/hostname"
  printf '127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n' >"$tree/etc/hosts"
  cp "$PUBLIC_SOURCES" "$tree/etc/apt/sources.list"
  chmod 0644 "$tree/etc/apt/sources.list"
  mkdir -p "$tree/boot/efi" "$tree/boot/grub/i386-pc" "$tree/etc/default/grub.d"
  cat >"$tree/etc/default/grub.d/10_cloud.cfg" <<'EOF'
GRUB_TIMEOUT=0
GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0,115200"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --speed=115200"
GRUB_DISABLE_OS_PROBER=true
EOF
  local kernel_links=''
  [[ -L $tree/vmlinuz ]] || kernel_links=/boot # Ubuntu has its links to the newest kernel there.
  [[ -L $tree$kernel_links/vmlinuz && -L $tree$kernel_links/initrd.img ]] || { echo "ingot: no link to the newest kernel in / or /boot of the base" >&2 && exit 1; }
  cat >"$tree/boot/grub/grub.cfg" <<EOF
serial --speed=115200
terminal_output console serial
set timeout=0
search --no-floppy --fs-uuid --set=root $ROOT_UUID
menuentry 'Linux' {
  linux $kernel_links/vmlinuz root=UUID=$ROOT_UUID ro console=tty0 console=ttyS0,115200
  initrd $kernel_links/initrd.img
}
EOF
  cp "$grub_dir"/i386-pc/*.mod "$grub_dir"/i386-pc/*.lst "$tree/boot/grub/i386-pc/"
}

# The image starts without an identity and without anything of this host.
scrub() {
  : >"$tree/etc/machine-id"
  rm -f "$tree"/etc/ssh/ssh_host_* "$tree/var/lib/dbus/machine-id" "$tree/etc/resolv.conf"
  ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
  rm -f "$tree"/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$tree"/etc/apt/apt.conf.d/99mmdebstrap
  rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/* "$tree"/var/log/apt "$tree"/var/log/*.log
  rm -rf "${tree:?}"/var/tmp/*
}

# shellcheck disable=SC2016 # $root is GRUB's
make_boot_loaders() {
  printf 'search --no-floppy --fs-uuid --set=root %s\nset prefix=($root)/boot/grub\n' "$ROOT_UUID" >"$WORK_DIR/bios.cfg"
  grub-mkimage -O i386-pc -o "$WORK_DIR/core.img" -p /boot/grub -c "$WORK_DIR/bios.cfg" "${bios_modules[@]}"
  printf 'search --no-floppy --fs-uuid --set=root %s\nset prefix=($root)/boot/grub\nconfigfile ($root)/boot/grub/grub.cfg\n' "$ROOT_UUID" >"$WORK_DIR/efi.cfg"
  grub-mkimage -O x86_64-efi -o "$WORK_DIR/BOOTX64.EFI" -p /EFI/debian -c "$WORK_DIR/efi.cfg" "${efi_modules[@]}"
}

# Root is partition 1 and physically last, as in the vendors' images: growpart can grow it.
partition() {
  rm -f "$DISK"
  truncate -s "${VIRTUAL_SIZE_MIB}M" "$DISK"
  sgdisk -n 14:2048:+3M -t 14:EF02 -n "15:0:+${esp_mib}M" -t 15:EF00 -n 1:0:0 -t 1:8304 "$DISK" >/dev/null
}

sector() { # PARTITION First|Last
  sgdisk -i "$1" "$DISK" | awk -v which="$2" '$1 == which && $2 == "sector:" { print $3 }'
}

fill_esp() {
  local esp=$WORK_DIR/esp.img
  rm -f "$esp"
  truncate -s "${esp_mib}M" "$esp"
  mkfs.vfat -F32 -i "$ESP_ID" -n UEFI "$esp" >/dev/null
  mmd -i "$esp" ::/EFI ::/EFI/BOOT
  mcopy -i "$esp" "$WORK_DIR/BOOTX64.EFI" ::/EFI/BOOT/BOOTX64.EFI
  dd if="$esp" of="$DISK" bs=512 seek="$(sector 15 First)" conv=notrunc,sparse status=none
}

# A plain bind shows the tree without the /proc, /sys and /dev that the bootstrap has mounted in it. /tmp is covered and not emptied: the bootstrap
# keeps there what tells its apt where it is, and cleans up afterwards; without that, it would clean the host.
fill_root() {
  local first last view=$WORK_DIR/view
  first=$(sector 1 First)
  last=$(sector 1 Last)
  mkdir -p "$view"
  mount --bind "$tree" "$view"
  mount -t tmpfs -o mode=1777 none "$view/tmp"
  mke2fs -q -F -t ext4 -b 4096 -U "$ROOT_UUID" -L cloudimg-rootfs -m 1 \
    -E "offset=$((first * 512)),assume_storage_prezeroed=1,lazy_itable_init=0,nodiscard,hash_seed=$ROOT_UUID" \
    -d "$view" "$DISK" $(((last - first + 1) / 8))
  umount "$view/tmp" "$view"
}

# What grub-install does to a hard disk: boot.img finds core.img, core.img finds its own second sector.
embed_bios_loader() {
  local start sectors
  start=$(sector 14 First)
  sectors=$((($(stat -c %s "$WORK_DIR/core.img") + 511) / 512))
  cp "$grub_dir/i386-pc/boot.img" "$WORK_DIR/boot.img"
  put "$WORK_DIR/boot.img" $((0x5c)) "$(little_endian 8 "$start")"
  put "$WORK_DIR/boot.img" $((0x66)) '\x90\x90'
  put "$WORK_DIR/core.img" $((0x1f4)) "$(little_endian 8 $((start + 1)))$(little_endian 2 $((sectors - 1)))$(little_endian 2 $((0x820)))"
  dd if="$WORK_DIR/boot.img" of="$DISK" bs=1 count=440 conv=notrunc status=none
  dd if="$WORK_DIR/core.img" of="$DISK" bs=512 seek="$start" conv=notrunc status=none
}

put() { # FILE OFFSET ESCAPED-BYTES
  printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

little_endian() { # BYTES NUMBER
  local count=$1 number=$2
  while ((count-- > 0)); do
    printf '\\x%02x' $((number & 255))
    number=$((number >> 8))
  done
}

main
