#!/usr/bin/env bash
# Why: whoever reads the log of the first boot learns where this machine's backups go, and what is missing, before the first night.
# Needs: root; /usr/lib/ingot/backup/. Nothing is sent.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/backup/library.sh
# shellcheck source=/dev/null
. /usr/lib/ingot/backup/off-site.sh

backup_settings
install -d -m 0700 -o root -g root "$BACKUP_DIR" "$BACKUP_STATE_DIR"
if [[ -z $BACKUP_TARGET ]]; then
  echo "ingot: backups stay on this machine, for $BACKUP_DAYS days: set backup.target in instance.yaml to copy them elsewhere"
  exit 0
fi
scratch=$(mktemp -d "${RUNTIME_DIRECTORY:-/run}/aikovrr-backup.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
# Credentials may be delivered later: backups fail visibly until they are, and nothing else has to wait for them.
if (off_site_open "$scratch"); then
  echo "ingot: backups are kept here for $BACKUP_DAYS days and copied to $BACKUP_TARGET${INSTANCE_BACKUP_ENDPOINT:+ at $INSTANCE_BACKUP_ENDPOINT}"
fi
