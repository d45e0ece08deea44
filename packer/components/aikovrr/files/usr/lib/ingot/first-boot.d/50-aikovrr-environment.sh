#!/usr/bin/env bash
# Why: the application's secret key and its database password are this machine's own.
# Needs: root; openssl; /usr/lib/ingot/env/aikovrr.env; /etc/aikovrr/database.env where the database is on this machine. An existing file is kept.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/aikovrr.env

target=/opt/aikovrr/backend/.env
database=/etc/aikovrr/database.env

if [[ -s $target ]]; then
  exit 0
fi
umask 0077
{
  printf 'SECRET_KEY=%s\nDEBUG=False\nALLOWED_HOSTS=%s\n' "$(openssl rand -hex 32)" "$ALLOWED_HOSTS"
  if [[ -s $database ]]; then
    cat "$database"
  else
    printf 'DATABASE_NAME=aikovrr_db\nDATABASE_USER=aikovrr_user\nDATABASE_PASSWORD=\nDATABASE_HOST=\nDATABASE_PORT=5432\n'
  fi
  printf 'CORS_ALLOWED_ORIGINS=\nSTATIC_ROOT=/opt/aikovrr/backend/static\nMEDIA_ROOT=/opt/aikovrr/backend/media\n'
} >"$target.new"
chown aikovrr:aikovrr "$target.new"
mv -f "$target.new" "$target"
