#!/usr/bin/env bash
# Why: cluster, database, role and password are this machine's own.
# Needs: root; /usr/lib/ingot/env/postgresql.env; initdb (or pg_createcluster). The server is not running yet: systemd starts it after this.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/postgresql.env

begun=/var/lib/ingot/database.begun
secret=/etc/aikovrr/database.env
hba=$PG_CONFIG_DIR/pg_hba.conf

main() {
  snakeoil
  if [[ -e $begun ]]; then drop_cluster; fi
  if [[ ! -s $PG_DATA_DIR/PG_VERSION ]]; then
    : >"$begun"
    create_cluster
    settings
    access
    database
    sync -f "$PG_DATA_DIR"
    rm -f "$begun"
  fi
}

# The certificate that a cluster starts with must not be one that all machines share.
snakeoil() {
  ! command -v make-ssl-cert >/dev/null || [[ -s /etc/ssl/private/ssl-cert-snakeoil.key ]] || make-ssl-cert generate-default-snakeoil --force-overwrite
}

# What a first boot that was cut off left behind holds nothing of anybody.
drop_cluster() {
  if command -v pg_dropcluster >/dev/null; then
    pg_dropcluster --stop "$PG_VERSION" main || true
  fi
  rm -rf "$PG_DATA_DIR"
}

create_cluster() {
  local options=(--data-checksums --auth-local=peer --auth-host=scram-sha-256 --no-sync)
  if command -v pg_createcluster >/dev/null; then
    pg_createcluster --locale "$PG_LOCALE" --encoding UTF8 "$PG_VERSION" main -- "${options[@]}" >/dev/null
  else
    install -d -m 0700 -o postgres -g postgres "$PG_DATA_DIR"
    runuser -u postgres -- "$PG_BIN_DIR/initdb" -D "$PG_DATA_DIR" --locale="$PG_LOCALE" --encoding=UTF8 "${options[@]}" >/dev/null
    echo "include_dir = 'conf.d'" >>"$PG_CONFIG_DIR/postgresql.conf"
  fi
}

settings() {
  local memory profile=minimum
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  ((memory < 7168)) || profile=recommended
  install -d -m 0755 -o postgres -g postgres "$PG_CONFIG_DIR/conf.d"
  {
    cat "/usr/lib/ingot/postgresql/$profile.conf"
    printf "listen_addresses = '%s'\npassword_encryption = scram-sha-256\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n" "${PG_LISTEN//\'/\'\'}"
    printf 'log_connections = on\nlog_disconnections = on\nlog_lock_waits = on\n'
  } >"$PG_CONFIG_DIR/conf.d/50-aikovrr.conf"
  chown postgres:postgres "$PG_CONFIG_DIR/conf.d/50-aikovrr.conf"
  chmod 0644 "$PG_CONFIG_DIR/conf.d/50-aikovrr.conf"
  echo "ingot: $memory MiB of memory: $profile settings"
}

access() {
  [[ -z $PG_CLIENT_RANGE ]] || printf 'host %s %s %s scram-sha-256\n' "$PG_DATABASE" "$PG_USER" "$PG_CLIENT_RANGE" >>"$hba"
}

# Single-user mode: no server has to be started and stopped, and nobody can connect meanwhile.
database() {
  local password
  password=$(openssl rand -hex 24)
  runuser -u postgres -- "$PG_BIN_DIR/postgres" --single -D "$PG_DATA_DIR" -c "config_file=$PG_CONFIG_DIR/postgresql.conf" \
    -c exit_on_error=true -c log_statement=none -c log_min_error_statement=panic -c log_min_messages=error postgres >/dev/null <<SQL
CREATE ROLE "$PG_USER" LOGIN PASSWORD '$password'
CREATE DATABASE "$PG_DATABASE" OWNER "$PG_USER" TEMPLATE template0 ENCODING 'UTF8' LOCALE '$PG_LOCALE'
REVOKE ALL ON DATABASE "$PG_DATABASE" FROM PUBLIC
ALTER DATABASE "$PG_DATABASE" SET timezone TO 'UTC'
SQL
  install -d -m 0755 "${secret%/*}"
  (umask 0077 && printf 'DATABASE_NAME=%s\nDATABASE_USER=%s\nDATABASE_PASSWORD=%s\nDATABASE_HOST=localhost\nDATABASE_PORT=5432\n' \
    "$PG_DATABASE" "$PG_USER" "$password" >"$secret")
  if getent group aikovrr >/dev/null; then
    chgrp aikovrr "$secret"
    chmod 0640 "$secret"
  fi
}

main
