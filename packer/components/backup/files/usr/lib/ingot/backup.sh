#!/usr/bin/env bash
# Why: every day a backup of what this machine holds (the database, the media files, or both), kept as long as the requirements ask, and copied off the machine.
# Needs: root; /usr/lib/ingot/backup/, /usr/lib/ingot/env/backup.env. Without an argument: all of it, one process for each part, so that one failing part does not stop the others.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/backup/library.sh
# shellcheck source=/dev/null
. /usr/lib/ingot/backup/off-site.sh

umask 0077
export LC_ALL=C
cd /
metrics_dir=/var/lib/prometheus/node-exporter
retention=/usr/lib/ingot/backup/retention.sh

main() {
  local part failed=()
  ((EUID == 0)) || backup_fail 'only root can back up: sudo systemctl start aikovrr-backup'
  backup_settings
  # How it calls itself; the lock and the time are the caller's.
  if [[ -n ${BACKUP_TIME:-} ]]; then
    "$1_part"
    return
  fi
  backup_dir_safe
  backup_lock
  install -d -m 0700 "$BACKUP_STATE_DIR"
  rm -rf "$BACKUP_DIR"/*.part "$BACKUP_DIR"/media/*.part
  trap 'metrics 0' EXIT
  BACKUP_TIME=$(backup_time)
  export BACKUP_TIME
  for part in database media upload; do
    /usr/lib/ingot/backup.sh "$part" || failed+=("$part")
  done
  ((${#failed[@]} == 0)) || backup_fail "this backup failed: ${failed[*]}"
  date +%s >"$BACKUP_STATE_DIR/last-success"
  trap - EXIT
  metrics 1
  echo 'the backup is complete'
}

database_part() {
  local dump
  [[ -n ${PG_BIN_DIR:-} ]] || return 0
  if ! database_here; then
    echo "the database is on $DATABASE_HOST: it is backed up there, not here"
    return
  fi
  [[ -n ${DATABASE_NAME:-} ]] || backup_fail 'there is no database yet: the first boot has not ended (systemctl status ingot-first-boot)'
  dump=$BACKUP_DIR/db_backup_$BACKUP_TIME.sql.gz
  dump_database "$dump"
  echo "database $DATABASE_NAME: $dump, $(human "$(stat -c %s "$dump")")"
  "$retention" "$BACKUP_DIR/db_backup_*.sql.gz" "$BACKUP_DAYS"
  "$retention" "$BACKUP_DIR/before_restore_*.sql.gz" "$BACKUP_DAYS"
}

media_part() {
  local snapshot
  media_folder || return 0
  snapshot=$BACKUP_DIR/media/$BACKUP_TIME
  snapshot_media "$snapshot"
  echo "media files: $snapshot, $(find "$snapshot" -type f -printf . | wc -c) files"
  "$retention" "$BACKUP_DIR/media/[0-9]*" "$BACKUP_DAYS"
  "$retention" "$BACKUP_DIR/media/before_restore_*" "$BACKUP_DAYS"
}

# What an earlier run could not upload is uploaded now.
upload_part() {
  local dump snapshot uploaded=$BACKUP_STATE_DIR/uploaded scratch
  [[ -n $BACKUP_TARGET ]] || return 0
  scratch=$(mktemp -d "${RUNTIME_DIRECTORY:-/run}/aikovrr-backup.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$scratch'" EXIT
  off_site_open "$scratch"
  touch "$uploaded"
  for dump in "$BACKUP_DIR"/db_backup_*.sql.gz; do
    [[ -e $dump ]] || continue
    ! grep -qxF "${INSTANCE_BACKUP_ENDPOINT:-} $BACKUP_TARGET ${dump##*/}" "$uploaded" || continue
    off_site "$scratch" -q put "$dump" "$BACKUP_TARGET/" || upload_failed "${dump##*/}"
    echo "${INSTANCE_BACKUP_ENDPOINT:-} $BACKUP_TARGET ${dump##*/}" >>"$uploaded"
    echo "uploaded: $BACKUP_TARGET/${dump##*/}"
  done
  forget_deleted "$uploaded"
  snapshot=$(newest 'media/[0-9]*')
  [[ -n $snapshot ]] || return 0
  off_site "$scratch" -q --cache-file="$BACKUP_STATE_DIR/media-checksums" sync "$snapshot/" "$BACKUP_TARGET/media/" || upload_failed 'the media files'
  echo "uploaded: $BACKUP_TARGET/media/"
}

upload_failed() {
  backup_fail "uploading $1 to $BACKUP_TARGET${INSTANCE_BACKUP_ENDPOINT:+ at $INSTANCE_BACKUP_ENDPOINT} failed, see the lines above; it is kept on this machine and the next run tries again. \
Look at backup in /etc/ingot/instance.yaml, the bucket's permissions and the network"
}

forget_deleted() {
  local line
  while IFS= read -r line; do
    [[ ! -e $BACKUP_DIR/${line##* } ]] || printf '%s\n' "$line"
  done <"$1" >"$1.new"
  mv "$1.new" "$1"
}

metrics() {
  local last dump bytes=0
  [[ -d $metrics_dir ]] || return 0
  last=$(cat "$BACKUP_STATE_DIR/last-success" 2>/dev/null || echo 0)
  dump=$(newest 'db_backup_*.sql.gz')
  [[ -z $dump ]] || bytes=$(stat -c %s "$dump")
  cat >"$metrics_dir/.ingot_backup" <<PROM
# HELP ingot_backup_last_success_timestamp_seconds When a backup last succeeded, its upload included; 0 for never.
# TYPE ingot_backup_last_success_timestamp_seconds gauge
ingot_backup_last_success_timestamp_seconds $last
# HELP ingot_backup_last_run_timestamp_seconds When a backup last ended.
# TYPE ingot_backup_last_run_timestamp_seconds gauge
ingot_backup_last_run_timestamp_seconds $(date +%s)
# HELP ingot_backup_last_run_success Whether the last backup succeeded.
# TYPE ingot_backup_last_run_success gauge
ingot_backup_last_run_success $1
# HELP ingot_backup_dump_bytes Size of the newest dump of the database.
# TYPE ingot_backup_dump_bytes gauge
ingot_backup_dump_bytes $bytes
PROM
  chmod 0644 "$metrics_dir/.ingot_backup"
  mv -f "$metrics_dir/.ingot_backup" "$metrics_dir/ingot_backup.prom"
}

main "$@"
