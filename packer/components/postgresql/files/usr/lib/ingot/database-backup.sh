#!/usr/bin/env bash
# Why: a dump of the database every day, kept for as long as the requirements ask.
# Needs: user postgres; /usr/lib/ingot/env/postgresql.env; a writable /opt/aikovrr/backups.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/postgresql.env

dir=/opt/aikovrr/backups
dump=$dir/db_backup_$(date -u +%Y%m%d_%H%M%S).sql.gz
umask 0077
trap 'rm -f "$dump.part"' EXIT

pg_dump "$PG_DATABASE" | gzip >"$dump.part"
gzip -t "$dump.part"
mv "$dump.part" "$dump"
find "$dir" -maxdepth 1 -name 'db_backup_*.sql.gz' -mtime "+$PG_BACKUP_KEEP_DAYS" -delete
