#!/usr/bin/env bash
# Why: backups run every day, belong to root alone, and the script is where the requirements name it.
# Needs: the files of this component in place.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

[[ -d /opt/aikovrr ]] || install -d -m 0755 /opt/aikovrr
[[ -d /opt/aikovrr/scripts ]] || install -d -m 0755 /opt/aikovrr/scripts
install -d -m 0700 -o root -g root /opt/aikovrr/backups
ln -sfn /usr/lib/ingot/backup.sh /opt/aikovrr/scripts/backup.sh
service_enable aikovrr-backup.timer
# rsync copies files here; nobody asked for its daemon.
! service_exists rsync.service || service_mask rsync.service
