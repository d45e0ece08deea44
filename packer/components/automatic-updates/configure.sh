#!/usr/bin/env bash
# Why: a machine that nobody looks at stays patched, and what is patched is what runs.
# Needs: AUTOMATIC_UPDATES_REBOOT, AUTOMATIC_UPDATES_REBOOT_TIME.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

updates_enable "$AUTOMATIC_UPDATES_REBOOT" "$AUTOMATIC_UPDATES_REBOOT_TIME"
restarts_enable
