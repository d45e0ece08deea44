#!/usr/bin/env bash
# Why: the server's settings follow the machine's memory, also when the machine was given more or less of it since.
# Needs: root; /usr/lib/ingot/env/postgresql.env; a cluster. Runs at first boot and before each start of the server.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/postgresql.env

target=$PG_CONFIG_DIR/conf.d/50-aikovrr.conf

main() {
  local memory profile=minimum
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  # What the kernel keeps for itself is missing in MemTotal: 7 GiB stand for 8 GB, 14 for 16.
  if ((memory >= 7168)); then profile=recommended; fi
  if ((memory >= 14336)) && [[ $PG_DEDICATED == true ]]; then profile=database-server; fi
  install -d -m 0755 -o postgres -g postgres "${target%/*}"
  settings "$profile" >"$target.new"
  chown postgres:postgres "$target.new"
  chmod 0644 "$target.new"
  if cmp -s "$target.new" "$target"; then
    rm -f "$target.new"
    return
  fi
  mv -f "$target.new" "$target"
  echo "ingot: PostgreSQL: $memory MiB of memory: $profile settings"
  if ((memory < 3584)); then
    echo 'ingot: PostgreSQL: less than the 4 GB that the requirements ask for: the server starts, but has to share what the minimum settings count on'
  fi
}

settings() {
  cat "/usr/lib/ingot/postgresql/$1.conf"
  cat <<CONF
listen_addresses = '${PG_LISTEN//\'/\'\'}'
unix_socket_directories = '$PG_SOCKET_DIR'
password_encryption = scram-sha-256
ssl = on
timezone = 'UTC'
log_timezone = 'UTC'
log_connections = on
log_disconnections = on
log_lock_waits = on
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track_utility = off
CONF
  # Where no pg_ctlcluster redirects the server's messages, its own collector writes the file of the requirements; logrotate cuts it.
  command -v pg_ctlcluster >/dev/null || cat <<CONF
logging_collector = on
log_directory = '/var/log/postgresql'
log_filename = 'postgresql-$PG_VERSION-main.log'
log_file_mode = 0640
log_rotation_age = 0
log_rotation_size = 0
log_truncate_on_rotation = off
CONF
}

main
