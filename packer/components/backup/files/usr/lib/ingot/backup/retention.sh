#!/usr/bin/env bash
# Why: backups of the newest days are kept. Days count by the names, so neither a copied file's time nor a clock that was wrong for once deletes them all.
# Needs: PATTERN (quoted, such as '/opt/aikovrr/backups/db_backup_*.sql.gz') and DAYS; names hold YYYYmmdd_HHMMSS, others are left alone.
set -euo pipefail

if (($# != 2)) || [[ ! $2 =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: ${0##*/} PATTERN DAYS" >&2
  exit 2
fi

kept='' days=0 deleted=0
mapfile -t paths < <(compgen -G "$1" | grep -E '[0-9]{8}_[0-9]{6}(\.sql\.gz)?$' | sort -r || true)
for path in "${paths[@]}"; do
  [[ $path =~ ([0-9]{8})_[0-9]{6}(\.sql\.gz)?$ ]]
  day=${BASH_REMATCH[1]}
  if [[ $day != "$kept" ]]; then
    kept=$day days=$((days + 1))
  fi
  ((days > $2)) || continue
  rm -rf -- "$path"
  deleted=$((deleted + 1))
done
((deleted == 0)) || echo "backups of more than $2 days ago: $deleted deleted"
