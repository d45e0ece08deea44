#!/usr/bin/env bash
# Why: the programs that will read what the layers wrote read it now. A line each: what, whether the judge is the real program, outcome, detail.
# Needs: in a rehearsal's root, after the layer configure; /run/ingot/payload of that layer.
set -uo pipefail
set -a
# shellcheck source=/dev/null
. /run/ingot/payload/guest.env
set +a

# check WHAT real|stand-in COMMAND...
check() {
  local what=$1 by=$2 said status=0
  shift 2
  said=$("$@" 2>&1) || status=$?
  printf 'check\t%s\t%s\t%s\t%s\n' "$what" "$by" "$([[ $status == 0 ]] && echo pass || echo fail)" "$([[ $status == 0 ]] || tail -c 600 <<<"$said" | tr '\n\t' '  ')"
}

has() { [[ " $INGOT_COMPONENTS " == *" $1 "* ]]; }

main() {
  check 'sshd reads its settings' real sshd_reads
  check 'sudo reads its rules' real visudo -c
  check 'systemd knows every unit that is enabled' real units_known
  check 'systemd accepts the units of this image' real units_verify
  check 'logrotate reads its rules' real logrotate_reads
  check 'no file is left half written' real nothing_half
  check "the facts name what is there" real facts_there
  ! has firewall || check "the firewall's rules can be read" real firewall_reads
  ! has fail2ban || check 'fail2ban reads its settings' real fail2ban_reads
  ! has supervisor || check 'supervisord reads its settings' real supervisord_reads
  ! has nginx || check 'nginx reads its settings' real nginx_reads
  ! has postgresql || check "the cluster's settings are read by PostgreSQL" real postgresql_reads
  ! has aikovrr || check "the application's environment works" real "/opt/aikovrr/backend/venv/bin/python" -c 'import django, gunicorn, psycopg2'
}

sshd_reads() {
  local key=/run/rehearsal-key
  [[ -f $key ]] || ssh-keygen -q -N '' -t ed25519 -f "$key"
  install -d -m 0755 /run/sshd
  /usr/sbin/sshd -t -h "$key" && /usr/sbin/sshd -T -h "$key" >/run/rehearsal-sshd && grep -ix 'passwordauthentication no' /run/rehearsal-sshd
}

units_known() {
  local link target bad=0
  while IFS= read -r link; do
    target=$(readlink -f "$link")
    [[ -e $target ]] || { echo "$link leads nowhere" && bad=1; }
  done < <(find /etc/systemd/system -type l -not -lname /dev/null)
  for target in "$FACT_SSH_UNIT" $(has nginx && echo "$FACT_NGINX_UNIT") $(has supervisor && echo "$FACT_SUPERVISOR_UNIT") $(has postgresql && echo "$FACT_POSTGRESQL_UNIT"); do
    SYSTEMD_OFFLINE=1 systemctl is-enabled "$target.service" >/dev/null 2>&1 || { echo "$target is not enabled" && bad=1; }
  done
  ! has automatic-updates || SYSTEMD_OFFLINE=1 systemctl is-enabled "$FACT_UPDATES_TIMER" >/dev/null 2>&1 || { echo "$FACT_UPDATES_TIMER is not enabled" && bad=1; }
  return "$bad"
}

# Drop-ins hang on units: an orphan does nothing.
units_verify() {
  local dir unit bad=0
  for dir in /etc/systemd/system/*.d; do
    unit=${dir##*/}
    unit=${unit%.d}
    [[ -e /usr/lib/systemd/system/$unit || -e /usr/lib/systemd/system/${unit/@*./@.} || -e /etc/systemd/system/$unit ]] || { echo "$dir belongs to no unit" && bad=1; }
  done
  systemd-analyze verify --man=no /usr/lib/systemd/system/ingot-*.service 2>&1 | grep -vE 'Failed to (open|load|prepare)|Command .* is not executable|Connection refused|not been booted' | grep -E 'ingot-' && bad=1
  return "$bad"
}

logrotate_reads() {
  ! logrotate -d /etc/logrotate.conf 2>&1 | grep -iE '^error:' | grep -vE 'stat of|unknown (user|group)'
}

nothing_half() {
  ! find /etc /usr/lib/ingot -name '*.ingot-new' | grep .
}

facts_there() {
  local bad=0 name
  getent group "$FACT_SUDO_GROUP" >/dev/null || { echo "no group $FACT_SUDO_GROUP" && bad=1; }
  getent group "$FACT_LOG_GROUP" >/dev/null || { echo "no group $FACT_LOG_GROUP" && bad=1; }
  [[ -x $FACT_NOLOGIN_SHELL ]] || { echo "no $FACT_NOLOGIN_SHELL" && bad=1; }
  [[ -e $FACT_LOCALE_FILE ]] || { echo "nobody wrote $FACT_LOCALE_FILE" && bad=1; }
  [[ -e /usr/lib/systemd/system/$FACT_TIME_SYNC_UNIT.service ]] || { echo "no $FACT_TIME_SYNC_UNIT" && bad=1; }
  if has nginx; then
    getent passwd "$FACT_NGINX_USER" >/dev/null || { echo "no user $FACT_NGINX_USER" && bad=1; }
    getent group "$FACT_WEB_GROUP" >/dev/null || { echo "no group $FACT_WEB_GROUP" && bad=1; }
    for name in "$FACT_NGINX_CONFIG_DIR" "$FACT_NGINX_MODULES_DIR"; do [[ -d $name ]] || { echo "no folder $name" && bad=1; }; done
  fi
  ! has supervisor || [[ -d $FACT_SUPERVISOR_CONFIG_DIR ]] || { echo "no folder $FACT_SUPERVISOR_CONFIG_DIR" && bad=1; }
  if has postgresql; then for name in "$FACT_POSTGRESQL_BIN_DIR" "${FACT_POSTGRESQL_DATA_DIR%/*}"; do [[ -d $name ]] || { echo "no folder $name" && bad=1; }; done; fi
  for name in $(has monitoring && echo "$FACT_NODE_EXPORTER_PROGRAM") $(has monitoring-nginx && echo "$FACT_NGINX_EXPORTER_PROGRAM") $(has monitoring-postgresql && echo "$FACT_POSTGRES_EXPORTER_PROGRAM"); do
    [[ -x $name ]] || { echo "no program $name" && bad=1; }
  done
  return "$bad"
}

firewall_reads() {
  if [[ $INGOT_FAMILY == el ]]; then firewall-offline-cmd --check-config && firewall-offline-cmd --zone=public --list-all >/run/rehearsal-firewall && grep -E '22/tcp|port="?22' /run/rehearsal-firewall; else
    grep -q '^-A ufw-user-input -p tcp --dport 22 ' /etc/ufw/user.rules && grep -q '^COMMIT' /etc/ufw/user.rules && grep -q '^ENABLED=yes' /etc/ufw/ufw.conf
  fi
}

fail2ban_reads() {
  mkdir -p /var/log/nginx /run/fail2ban
  touch /var/log/nginx/{access,error}.log
  fail2ban-client -t && fail2ban-client -d >/run/rehearsal-fail2ban && grep "'sshd'" /run/rehearsal-fail2ban
}

supervisord_reads() {
  python3 - "$FACT_SUPERVISOR_CONFIG" <<'PY'
import sys
from supervisor.options import ServerOptions
options = ServerOptions()
options.realize(["-c", sys.argv[1]])
PY
  grep -q "^files=$FACT_SUPERVISOR_CONFIG_DIR/\*.$FACT_SUPERVISOR_CONFIG_SUFFIX$" "$FACT_SUPERVISOR_CONFIG"
}

# The parts of the first boot write what the image leaves out, in a folder of their own machine.
nginx_reads() {
  install -d -m 0755 /etc/ingot /var/lib/ingot
  echo 0123456789abcdef0123456789abcdef >/etc/machine-id
  bash -c '. /usr/share/ingot/instance.env' && install -m 0600 /usr/share/ingot/instance.env /etc/ingot/instance.env
  for part in 40-nginx-certificate 45-nginx 44-load-balancer; do
    [[ ! -e /usr/lib/ingot/first-boot.d/$part.sh ]] || bash "/usr/lib/ingot/first-boot.d/$part.sh" || return 1
  done
  nginx -t
}

postgresql_reads() {
  [[ -x $FACT_POSTGRESQL_BIN_DIR/initdb ]] || return 1
  install -d -m 0755 /var/lib/rehearsal-cluster && chown postgres:postgres /var/lib/rehearsal-cluster
  runuser -u postgres -- "$FACT_POSTGRESQL_BIN_DIR/initdb" -D /var/lib/rehearsal-cluster/data --locale=C.UTF-8 --encoding=UTF8 --no-sync >/dev/null || return 1
  runuser -u postgres -- /usr/lib/postgresql/15/bin/postgres -D /var/lib/rehearsal-cluster/data -C max_connections
}

main
