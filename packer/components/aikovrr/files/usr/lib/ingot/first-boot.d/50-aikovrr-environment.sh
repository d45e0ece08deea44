#!/usr/bin/env bash
# Why: the application's secret key is this machine's own, and its settings follow the machine's instance data.
# Needs: root; openssl, ip; /usr/lib/ingot/env/aikovrr*.env, /etc/ingot/instance.env. Safe to run again: secrets and lines of other people stay.
set -euo pipefail
# shellcheck source=/dev/null
. /usr/lib/ingot/env/aikovrr.env
# shellcheck source=/dev/null
. /usr/lib/ingot/env/aikovrr-role.env
if [[ -e /etc/ingot/instance.env ]]; then
  # shellcheck source=/dev/null
  . /etc/ingot/instance.env
fi

backend=/opt/aikovrr/backend/.env
frontend=/opt/aikovrr/frontend/.env.production
database=/etc/aikovrr/database.env
service=/etc/aikovrr/backend.env
state=/var/lib/aikovrr/database.state

main() {
  local before page
  before=$(digest)
  page=$(cat "$frontend" 2>/dev/null || true)
  install -d -m 0755 /etc/aikovrr
  install -d -m 0700 /var/lib/aikovrr
  read -ra domains <<<"${INSTANCE_DOMAIN:-} ${INSTANCE_ALTERNATIVE_DOMAINS:-}"
  mapfile -t names < <(own_names)
  remote_database
  database_state
  backend_environment | keep_as_application "$backend"
  frontend_environment | keep_as_application "$frontend"
  keep_as_root "$service" <<<"WORKERS=$(workers)"
  [[ $before == "$(digest)" ]] || restart_application
  [[ -z $page || $page == "$(<"$frontend")" ]] || echo "ingot: application: $frontend has changed: a page that is built from its source follows with the next aikovrr-deploy"
}

stop() {
  printf 'ingot: application: %s\n' "$*" >&2
  exit 1
}

digest() {
  { cat "$backend" "$service" 2>/dev/null || true; } | sha256sum
}

# By which this machine can be reached: its names, its addresses, and the public address that a cloud translates to one of them.
own_names() {
  {
    printf '%s\n' localhost 127.0.0.1 '[::1]'
    hostname
    hostname -f 2>/dev/null || true
    ip -o addr show scope global | awk '{ sub("/.*", "", $4); print ($3 == "inet6" ? "[" $4 "]" : $4) }'
    grep -ohE '"public[-_]ip(v4)?": *"[0-9.]+"' /run/cloud-init/instance-data.json 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+){3}' || true
  } | awk 'NF && !seen[$0]++'
}

# A machine that has no database of its own is told of one, or says that it has none.
remote_database() {
  local password
  [[ $OWN_DATABASE == no && -n ${INSTANCE_DATABASE_HOST:-} ]] || return 0
  [[ -n ${INSTANCE_DATABASE_PASSWORD_FILE:-} ]] ||
    stop "database.host is $INSTANCE_DATABASE_HOST, but there is no password: add database.password or database.password_file to /etc/ingot/instance.yaml, then: systemctl restart ingot-first-boot"
  [[ -r $INSTANCE_DATABASE_PASSWORD_FILE ]] ||
    stop "database.password_file: $INSTANCE_DATABASE_PASSWORD_FILE is not there: deliver it, then: systemctl restart ingot-first-boot"
  IFS= read -r password <"$INSTANCE_DATABASE_PASSWORD_FILE" || true
  password=${password%$'\r'}
  [[ -n $password ]] || stop "database.password_file: the first line of $INSTANCE_DATABASE_PASSWORD_FILE is empty: it must hold the password"
  printf '%s\n' "DATABASE_NAME=$(quoted_for_shell "${INSTANCE_DATABASE_NAME:-aikovrr_db}")" "DATABASE_USER=$(quoted_for_shell "${INSTANCE_DATABASE_USER:-aikovrr_user}")" \
    "DATABASE_PASSWORD=$(quoted_for_shell "$password")" "DATABASE_HOST=$INSTANCE_DATABASE_HOST" "DATABASE_PORT=${INSTANCE_DATABASE_PORT:-5432}" |
    keep_as_root "$database" 0640
  chgrp aikovrr "$database"
}

database_state() {
  DATABASE_NAME=aikovrr_db DATABASE_USER=aikovrr_user DATABASE_PASSWORD='' DATABASE_HOST='' DATABASE_PORT=5432
  if [[ -s $database ]]; then
    # shellcheck source=/dev/null
    . "$database"
    # shellcheck disable=SC2016 # The words mean what they say.
    [[ $DATABASE_PASSWORD != *'${'* ]] || stop 'the database password contains ${, which a .env file would replace: choose another one'
    keep_as_root "$state" <<<"configured: $DATABASE_NAME on $DATABASE_HOST:$DATABASE_PORT"
  else
    keep_as_root "$state" <<<'missing: this machine has no database of its own and its instance data names none'
    echo 'ingot: application: no database is named: aikovrr-deploy will wait for database.host in /etc/ingot/instance.yaml'
  fi
}

# The lines that were there, with those that follow from the instance data as they are now; what is missing is added in the order of the requirements.
backend_environment() {
  local hosts origins
  hosts=$(joined "${domains[@]}" "${names[@]}" "${extra_hosts[@]}")
  # An app server without a domain is asked under names of its load balancer, which it cannot know.
  [[ $OWN_DATABASE == yes || ${#domains[@]} -gt 0 ]] || hosts='*'
  origins=$(joined "${domains[@]/#/https://}")
  [[ -n $origins ]] || origins=$(joined "${names[@]/#/https://}")
  merged "$backend" <<SETTINGS
keep SECRET_KEY=$(openssl rand -hex 32)
keep DEBUG=False
set ALLOWED_HOSTS=$hosts
set DATABASE_NAME=$(quoted_for_dotenv "$DATABASE_NAME")
set DATABASE_USER=$(quoted_for_dotenv "$DATABASE_USER")
set DATABASE_PASSWORD=$(quoted_for_dotenv "$DATABASE_PASSWORD")
set DATABASE_HOST=$DATABASE_HOST
set DATABASE_PORT=$DATABASE_PORT
set CORS_ALLOWED_ORIGINS=$origins
keep STATIC_ROOT=/opt/aikovrr/backend/static
keep MEDIA_ROOT=/opt/aikovrr/backend/media
SETTINGS
}

# Without a domain the page asks the address that it came from.
frontend_environment() {
  local url=/api
  [[ -z ${INSTANCE_DOMAIN:-} ]] || url=https://$INSTANCE_DOMAIN/api
  merged "$frontend" <<SETTINGS
set VITE_API_URL=$url
keep VITE_APP_ENV=production
SETTINGS
}

workers() {
  local wanted=${INSTANCE_WORKERS:-}
  wanted=${wanted:-$DEFAULT_WORKERS}
  [[ $wanted != auto ]] || wanted=$((2 * $(nproc) + 1))
  echo "$wanted"
}

# merged FILE <SETTINGS: lines `keep NAME=VALUE` (only when the file has no such line) and `set NAME=VALUE`.
merged() {
  local existing=$1
  [[ -e $existing ]] || existing=/dev/null
  awk '
    NR == FNR { name = $2; sub(/=.*/, "", name); line = $0; sub(/^[a-z]+ /, "", line); order[++count] = name; how[name] = $1; value[name] = line; next }
    { name = $0; sub(/^(export )? */, "", name); sub(/ *=.*/, "", name) }
    name in how && $0 ~ /=/ { if (!done[name]++) print (how[name] == "set" ? value[name] : $0); next }
    { print }
    END { for (i = 1; i <= count; i++) if (!done[order[i]]) print value[order[i]] }' - "$existing"
}

# The folder belongs to the application, so the application writes there: root would follow its links.
keep_as_application() {
  # shellcheck disable=SC2016 # The inner shell expands it.
  runuser -u aikovrr -- /bin/bash -c 'umask 0077 && cat >"$1.new.$$" && mv -f "$1.new.$$" "$1"' keep "$1"
}

keep_as_root() {
  (umask 0077 && cat >"$1.new")
  chmod "${2:-0644}" "$1.new"
  mv -f "$1.new" "$1"
}

joined() {
  printf '%s\n' "$@" | awk 'NF && !seen[$0]++' | paste -sd,
}

quoted_for_shell() {
  case $1 in
    *[!A-Za-z0-9_.,:@%+/=-]*) printf "'%s'" "${1//\'/\'\\\'\'}" ;;
    *) printf %s "$1" ;;
  esac
}

quoted_for_dotenv() {
  local text=${1//\\/\\\\}
  case $1 in
    *[!A-Za-z0-9_.,:@%+/=-]*) printf "'%s'" "${text//\'/\\\'}" ;;
    *) printf %s "$1" ;;
  esac
}

# At boot supervisor starts after this part.
restart_application() {
  local program=$SUPERVISOR_CONFIG_DIR/aikovrr-backend.$SUPERVISOR_CONFIG_SUFFIX
  if [[ -e $program ]] && systemctl is-active --quiet "$SUPERVISOR_UNIT"; then
    echo 'ingot: application: its settings have changed: it starts again'
    supervisorctl restart aikovrr-backend || echo 'ingot: application: it did not start again: supervisorctl status; /var/log/supervisor' >&2
  fi
}

IFS=, read -ra extra_hosts <<<"$ALLOWED_HOSTS"
main
