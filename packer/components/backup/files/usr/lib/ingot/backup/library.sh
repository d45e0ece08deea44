#!/usr/bin/env bash
# Why: the backup and the way back agree on where things are, what a good dump is and who may run.
# Needs: nothing; sourced by /usr/lib/ingot/backup.sh and /usr/bin/aikovrr-restore, which run as root.
set -euo pipefail

export BACKUP_DIR=/opt/aikovrr/backups
export MEDIA_DIR=/opt/aikovrr/backend/media
export BACKUP_STATE_DIR=/var/lib/ingot/backup

backup_fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The image's parameters, and over them the machine's own settings.
backup_settings() {
  local file
  for file in /usr/lib/ingot/env/backup.env /usr/lib/ingot/env/postgresql.env /etc/ingot/instance.env /etc/aikovrr/database.env; do
    # shellcheck source=/dev/null
    [[ ! -r $file ]] || . "$file"
  done
  export BACKUP_DAYS=${INSTANCE_BACKUP_KEEP_DAYS:-$BACKUP_KEEP_DAYS}
  export BACKUP_TARGET=${INSTANCE_BACKUP_TARGET:-}
  BACKUP_TARGET=${BACKUP_TARGET%/}
}

# Whoever else could write here could hand root a dump, or take one.
backup_dir_safe() {
  [[ $(stat -c '%F %u %a' "$BACKUP_DIR" 2>/dev/null) == 'directory 0 700' ]] ||
    backup_fail "$BACKUP_DIR must be a directory of root with mode 0700; look at what is there, then: install -d -m 0700 -o root -g root $BACKUP_DIR"
}

# Released with the last process that holds it: a run that was killed leaves nothing behind.
backup_lock() {
  exec 9<"$BACKUP_DIR"
  flock -n 9 || backup_fail 'another backup or restore is running: wait for it (systemctl status aikovrr-backup)'
}

# A deployment changes the same database and the same files. Where nothing is ever deployed there is nobody to wait for.
deployment_lock() {
  local dir=${DEPLOYMENT_DIR:-/var/lib/aikovrr}
  [[ -d $dir ]] || return 0
  exec 8>>"$dir/deploy.lock"
  flock -n 8 || backup_fail 'a deployment is running: run this again when it has ended (aikovrr-deploy --status)'
}

# However this machine is called there.
database_here() {
  [[ -n ${PG_BIN_DIR:-} && ${DATABASE_HOST:-localhost} =~ ^(localhost|127(\.[0-9]+){3}|::1)$ ]]
}

as_postgres() {
  setpriv --reuid "$(id -u postgres)" --regid "$(id -g postgres)" --init-groups -- "$@"
}

sql() {
  as_postgres "$PG_BIN_DIR/psql" -XAtqw -h "$PG_SOCKET_DIR" -v ON_ERROR_STOP=1 "$@"
}

bytes_free() {
  df --output=avail -B1 "$1" | tail -1
}

human() {
  numfmt --to=iec-i --suffix=B "$1"
}

# space_for DIR BYTES WHAT: looked at before anything is written, because a full disk stops the database too.
space_for() {
  local free need
  free=$(bytes_free "$1")
  need=$(($2 + BACKUP_RESERVE_MIB * 1024 * 1024))
  ((free >= need)) || backup_fail "not enough disk space for $3: $(human "$free") are free below $1, $(human "$need") are needed \
(about $(human "$2"), and $BACKUP_RESERVE_MIB MiB that stay free). Nothing was deleted: grow the disk, or move old backups away"
}

# A dump is complete when gzip's checksum is right and pg_dump wrote its last line.
dump_complete() {
  gzip -dc "$1" 2>/dev/null | tail -n 20 | grep -c '^-- PostgreSQL database dump complete' >/dev/null
}

# dump_database FILE: under another name until it is known to be good.
dump_database() {
  local last size estimate
  size=$(sql -d postgres -c "SELECT pg_database_size('$DATABASE_NAME')") || backup_fail "the database $DATABASE_NAME cannot be read: is the server up? (journalctl -u $PG_UNIT)"
  estimate=$size
  last=$(newest 'db_backup_*.sql.gz')
  if [[ -n $last ]]; then
    estimate=$(($(stat -c %s "$last") * 3 / 2))
    ((estimate > size / 10)) || estimate=$((size / 10))
  fi
  space_for "$BACKUP_DIR" "$estimate" "the dump of $DATABASE_NAME"
  if ! as_postgres "$PG_BIN_DIR/pg_dump" -w -h "$PG_SOCKET_DIR" --lock-wait-timeout=600000 "$DATABASE_NAME" | gzip >"$1.part"; then
    rm -f "$1.part"
    backup_fail "the dump of $DATABASE_NAME was cut off, see the lines above; $(human "$(bytes_free "$BACKUP_DIR")") of disk are free. Older dumps are as they were"
  fi
  dump_complete "$1.part" || {
    rm -f "$1.part"
    backup_fail "the dump of $DATABASE_NAME is not complete; older dumps are as they were"
  }
  sync "$1.part"
  mv "$1.part" "$1"
}

# media_folder: whether there are media files. The application owns the folder above: root follows no link that it left in their place.
media_folder() {
  [[ ! -L $MEDIA_DIR ]] || backup_fail "$MEDIA_DIR is a link: put the folder itself there, nothing was copied"
  [[ -d $MEDIA_DIR ]]
}

# snapshot_media DIR: what has not changed since the newest snapshot is a hard link to it and takes no space.
snapshot_media() {
  local last size status=0 options=(-a)
  last=$(newest 'media/[0-9]*')
  [[ -z $last ]] || options+=("--link-dest=$last")
  install -d -m 0700 "$BACKUP_DIR/media"
  rm -rf "$1.part"
  size=$(rsync "${options[@]}" -n --stats --no-human-readable "$MEDIA_DIR/" "$1.part/" | awk -F': ' '/^Total transferred file size/ { sub(/ .*/, "", $2); print $2 }')
  space_for "$BACKUP_DIR" "${size:-0}" 'the media files'
  rsync "${options[@]}" "$MEDIA_DIR/" "$1.part/" || status=$?
  # 24: a file was deleted while it was being copied.
  if ((status != 0 && status != 24)); then
    rm -rf "$1.part"
    backup_fail "copying $MEDIA_DIR failed, see the lines above; older copies are as they were"
  fi
  mv -T "$1.part" "$1"
}

# backup_time: what names of backups carry; never one that is taken.
backup_time() {
  local time
  time=$(date -u +%Y%m%d_%H%M%S)
  while compgen -G "$BACKUP_DIR/*_$time.sql.gz" >/dev/null || [[ -e $BACKUP_DIR/media/$time ]]; do
    sleep 1
    time=$(date -u +%Y%m%d_%H%M%S)
  done
  printf %s "$time"
}

# newest PATTERN: the path below the backups whose name carries the latest time; nothing when there is none.
newest() {
  local path found=''
  for path in "$BACKUP_DIR"/$1; do
    [[ $path =~ [0-9]{8}_[0-9]{6}(\.sql\.gz)?$ && -e $path ]] && found=$path
  done
  printf %s "$found"
}
