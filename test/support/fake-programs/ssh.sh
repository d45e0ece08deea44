#!/usr/bin/env bash
# Why: a login into the guest that fake-programs/qemu.ts does not have; its commands run here, in a folder of stand-ins.
# Needs: bash, coreutils
set -euo pipefail
command=${*: -1}
case $command in
  *boot_id) cat "$FAKE_DIR/boot-id" ;;
  *reboot) echo boot-2 >"$FAKE_DIR/boot-id" && : >"$FAKE_DIR/reset" ;;
  *poweroff) touch "$FAKE_DIR/poweroff" ;;
  *'bash -s') exec bash -s ;;
  *) exit 255 ;;
esac
