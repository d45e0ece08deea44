#!/usr/bin/env bash
# Why: the trail must be complete, must not be switched off unnoticed, and must never be the reason that a machine stops.
# Needs: auditd installed, the rules in place; AUDITING_IMMUTABLE, AUDITING_MAX_LOG_MEGABYTES, AUDITING_KEPT_LOGS, FACT_LOG_GROUP.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

setting() {
  set_line /etc/audit/auditd.conf "^$1[[:space:]]*=" "$1 = $2"
}

rm -f /etc/audit/rules.d/audit.rules # the package's own beginning of the rules: 10-ingot-base.rules
if [[ $AUDITING_IMMUTABLE == true ]]; then
  printf '# Written by Ingot (component auditing): from here on only a reboot changes the rules.\n-e 2\n' | write_file 0600 /etc/audit/rules.d/99-ingot-finalize.rules
else
  rm -f /etc/audit/rules.d/99-ingot-finalize.rules
fi

# The kernel refuses a watch whose folder is missing: rules for other families' places go. What is missing in a folder that exists may come later.
keep_existing() {
  local line path
  while IFS= read -r line; do
    path=$(sed -nE 's,^-w ([^ ]+[^/ ])/? .*,\1,p; s,.* -F path=([^ ]+) .*,\1,p' <<<"$line")
    [[ -z $path || $path == /var/* || -d ${path%/*} ]] || continue
    printf '%s\n' "$line"
  done
}
rules=$(keep_existing </etc/audit/rules.d/50-ingot.rules)
write_file 0600 /etc/audit/rules.d/50-ingot.rules <<<"$rules"

# What follows never halts a machine; an old log goes before a new one is refused.
getent group "$FACT_LOG_GROUP" >/dev/null && setting log_group "$FACT_LOG_GROUP"
setting max_log_file "$AUDITING_MAX_LOG_MEGABYTES"
setting num_logs "$AUDITING_KEPT_LOGS"
setting max_log_file_action ROTATE
setting space_left 75
setting space_left_action SYSLOG
setting admin_space_left 50
setting admin_space_left_action SUSPEND
setting disk_full_action SUSPEND
setting disk_error_action SUSPEND

install -d -m 0750 -g "$FACT_LOG_GROUP" /var/log/audit
find /etc/audit -type f -exec chmod u=rw,g=r,o= {} +
chmod 0600 /etc/audit/rules.d/*
chmod 0750 /etc/audit /etc/audit/rules.d
augenrules >/dev/null 2>&1 || true
[[ ! -f /etc/audit/audit.rules ]] || chmod 0640 /etc/audit/audit.rules

service_mask systemd-journald-audit.socket
kernel_arguments audit audit=1 audit_backlog_limit=8192
service_enable auditd.service
