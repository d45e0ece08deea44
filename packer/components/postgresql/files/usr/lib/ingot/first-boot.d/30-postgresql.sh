#!/usr/bin/env bash
# Why: cluster, database, role and password are this machine's own, and follow its instance data.
# Needs: root; /usr/lib/ingot/env/postgresql.env, /etc/ingot/instance.env; initdb (or pg_createcluster). Safe to run again, with the server running or not.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/postgresql.env
if [[ -e /etc/ingot/instance.env ]]; then
  # shellcheck source=/dev/null
  . /etc/ingot/instance.env
fi

PG_DATABASE=${INSTANCE_DATABASE_NAME:-$PG_DATABASE}
PG_USER=${INSTANCE_DATABASE_USER:-$PG_USER}
begun=/var/lib/ingot/database.begun
secret=/etc/aikovrr/database.env
hba=$PG_CONFIG_DIR/pg_hba.conf
server_options=()
sockets=$PG_SOCKET_DIR
scratch=$(mktemp -d /run/ingot-postgresql.XXXXXX)
DATABASE_PASSWORD=

main() {
  local found_settings found_access
  trap clean_up EXIT
  refuse_reserved_names
  read_password
  certificates
  if [[ -e $begun ]]; then drop_cluster; fi
  if [[ ! -s $PG_DATA_DIR/PG_VERSION ]]; then
    : >"$begun"
    create_cluster
    # Nobody's data is in it yet: it is synced as a whole at the end.
    server_options=(-c fsync=off)
  fi
  found_settings=$(digest "$PG_CONFIG_DIR/conf.d/50-aikovrr.conf")
  found_access=$(digest "$hba")
  /usr/lib/ingot/postgresql-settings.sh
  access
  if running; then
    database
    apply "$found_settings" "$found_access"
  else
    with_server database
  fi
  save_secret
  if [[ -e $begun ]]; then
    sync -f "$PG_DATA_DIR"
    rm -f "$begun"
  fi
}

stop() {
  printf 'ingot: database: %s\n' "$*" >&2
  exit 1
}

clean_up() {
  if [[ -e $scratch/started ]]; then as_postgres "$PG_BIN_DIR/pg_ctl" -D "$PG_DATA_DIR" -m immediate -W stop >/dev/null || true; fi
  rm -rf "$scratch"
}

as_postgres() {
  runuser -u postgres -- "$@"
}

digest() {
  { [[ ! -e $1 ]] || cat "$1"; } | sha256sum
}

refuse_reserved_names() {
  case $PG_USER in
    postgres | prometheus | pg_*) stop "database.user cannot be '$PG_USER', which PostgreSQL or the monitoring uses: choose another name in instance.yaml" ;;
  esac
  case $PG_DATABASE in
    postgres | template0 | template1) stop "database.name cannot be '$PG_DATABASE', which PostgreSQL itself uses: choose another name in instance.yaml" ;;
  esac
}

# From the instance data, else the one that this machine made for itself, else a new one. It must not be seen in a list of processes.
read_password() {
  local file=${INSTANCE_DATABASE_PASSWORD_FILE:-}
  password_given=no
  if [[ -n $file ]]; then
    [[ -r $file ]] || stop "database.password_file: $file is not there: deliver it with write_files, then: systemctl restart ingot-first-boot"
    IFS= read -r DATABASE_PASSWORD <"$file" || true
    DATABASE_PASSWORD=${DATABASE_PASSWORD%$'\r'}
    [[ -n $DATABASE_PASSWORD ]] || stop "database.password_file: the first line of $file is empty: it must hold the password"
    password_given=yes
  elif [[ -s $secret && ! -e $begun ]]; then
    # shellcheck source=/dev/null
    DATABASE_PASSWORD=$(. "$secret" && printf %s "${DATABASE_PASSWORD:-}")
  fi
  if [[ -z $DATABASE_PASSWORD ]]; then
    DATABASE_PASSWORD=$(openssl rand -hex 24)
    password_given=yes
  fi
  export DATABASE_PASSWORD
}

# It opens debconf's database, and gives up at once when someone else has it: cloud-init sets GRUB's answers at about this time.
make_default_certificate() {
  for _ in {1..5}; do
    flock --timeout 60 /var/cache/debconf/config.dat true || true
    ! make-ssl-cert generate-default-snakeoil --force-overwrite || return 0
  done
  return 1
}

# The certificate that a cluster starts with must not be one that all machines share.
certificates() {
  ! command -v make-ssl-cert >/dev/null || [[ -s /etc/ssl/private/ssl-cert-snakeoil.key ]] || make_default_certificate
}

# What a first boot that was cut off left behind holds nothing of anybody. (pg_dropcluster would also disable the unit.)
drop_cluster() {
  rm -rf "$PG_DATA_DIR" "$PG_CONFIG_DIR"
}

create_cluster() {
  local options=(--data-checksums --auth-local=peer --auth-host=scram-sha-256 --no-sync)
  if command -v pg_createcluster >/dev/null; then
    pg_createcluster --locale "$PG_LOCALE" --encoding UTF8 "$PG_VERSION" main -- "${options[@]}" >/dev/null
  else
    install -d -m 0700 -o postgres -g postgres "$PG_DATA_DIR"
    as_postgres "$PG_BIN_DIR/initdb" -D "$PG_DATA_DIR" --locale="$PG_LOCALE" --encoding=UTF8 "${options[@]}" >/dev/null
    echo "include_dir = 'conf.d'" >>"$PG_CONFIG_DIR/postgresql.conf"
    (umask 0077 && openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$(uname -n)" \
      -keyout "$PG_DATA_DIR/server.key" -out "$PG_DATA_DIR/server.crt" 2>/dev/null)
    chown postgres:postgres "$PG_DATA_DIR"/server.{key,crt}
  fi
}

# Between two marks, so that a line of an earlier run goes when the range changes; what others wrote stays.
access() {
  local range=${INSTANCE_INTERNAL_RANGE:-$PG_CLIENT_RANGE}
  [[ $PG_LISTEN != localhost ]] || range=
  {
    sed '/^# ingot: begin$/,/^# ingot: end$/d' "$hba"
    if [[ -n $range ]]; then
      printf '# ingot: begin\nhostssl "%s" "%s" %s scram-sha-256\n# ingot: end\n' "$PG_DATABASE" "$PG_USER" "$range"
    fi
  } >"$hba.new"
  chown --reference="$hba" "$hba.new"
  chmod --reference="$hba" "$hba.new"
  mv -f "$hba.new" "$hba"
}

running() {
  as_postgres "$PG_BIN_DIR/pg_ctl" -D "$PG_DATA_DIR" status >/dev/null
}

# A server of our own that nobody else can reach; systemd starts the real one after this.
with_server() {
  chown postgres:postgres "$scratch"
  : >"$scratch/started"
  as_postgres "$PG_BIN_DIR/pg_ctl" -D "$PG_DATA_DIR" -w -t 600 -l "$scratch/log" -o "-c config_file=$PG_CONFIG_DIR/postgresql.conf \
    -c listen_addresses= -c unix_socket_directories=$scratch -c external_pid_file= -c logging_collector=off ${server_options[*]}" start >/dev/null || {
    tail -5 "$scratch/log" >&2
    stop "the server does not start: $PG_CONFIG_DIR/conf.d"
  }
  sockets=$scratch
  "$@"
  as_postgres "$PG_BIN_DIR/pg_ctl" -D "$PG_DATA_DIR" -w -t 600 -m fast stop >/dev/null
  rm -f "$scratch/started"
}

database() {
  PGOPTIONS='-c client_min_messages=warning' as_postgres "$PG_BIN_DIR/psql" -Xqw -h "$sockets" -d postgres -v ON_ERROR_STOP=1 -v name="$PG_DATABASE" -v user="$PG_USER" -v locale="$PG_LOCALE" \
    -v given="$password_given" -f /usr/lib/ingot/postgresql/database.sql >/dev/null || stop 'the database could not be made: see the lines above'
}

apply() {
  if [[ $1 != "$(digest "$PG_CONFIG_DIR/conf.d/50-aikovrr.conf")" ]]; then
    systemctl try-restart --no-block "$PG_UNIT"
  elif [[ $2 != "$(digest "$hba")" ]]; then
    systemctl try-reload-or-restart --no-block "$PG_UNIT"
  fi
}

# Where the application is told to use another machine's database, that one is written down.
save_secret() {
  local host=localhost port=5432
  if [[ -n ${INSTANCE_DATABASE_HOST:-} ]] && getent passwd aikovrr >/dev/null; then
    host=$INSTANCE_DATABASE_HOST port=${INSTANCE_DATABASE_PORT:-5432}
  elif [[ ${INSTANCE_DATABASE_PORT:-5432} != 5432 && -z ${INSTANCE_DATABASE_HOST:-} ]]; then
    echo "ingot: database.port $INSTANCE_DATABASE_PORT is not used: the server of this machine listens on 5432"
  fi
  install -d -m 0755 "${secret%/*}"
  (
    umask 0077
    printf 'DATABASE_NAME=%s\nDATABASE_USER=%s\nDATABASE_PASSWORD=%s\nDATABASE_HOST=%s\nDATABASE_PORT=%s\n' \
      "$PG_DATABASE" "$PG_USER" "$(quoted "$DATABASE_PASSWORD")" "$host" "$port" >"$secret.new"
  )
  if getent group aikovrr >/dev/null; then
    chgrp aikovrr "$secret.new"
    chmod 0640 "$secret.new"
  fi
  mv -f "$secret.new" "$secret"
}

# As a shell reads it, with quotes only where they are needed.
quoted() {
  case $1 in
    *[!A-Za-z0-9_.,:@%+/=-]*) printf "'%s'" "${1//\'/\'\\\'\'}" ;;
    *) printf %s "$1" ;;
  esac
}

main
