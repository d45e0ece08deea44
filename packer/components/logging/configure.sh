#!/usr/bin/env bash
# Why: a log that nothing rotates fills the disk in the end.
# Needs: logrotate installed; the rules of packages in /etc/logrotate.d.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

# Two rules for one file are an error: where a package of the distro has one, ours goes.
rules=/etc/logrotate.d/ingot-cloud-init
if grep -rqF --exclude="${rules##*/}" /var/log/cloud-init /etc/logrotate.conf /etc/logrotate.d; then
  rm -f "$rules"
else
  write_file 0644 "$rules" <<'RULE'
/var/log/cloud-init*.log {
	monthly
	maxsize 10M
	rotate 6
	missingok
	notifempty
	compress
	delaycompress
	copytruncate
}
RULE
fi

# Rules without a word of their own rotate every day and keep four weeks, as those with one do.
set_line /etc/logrotate.conf '^(daily|weekly|monthly|yearly)[[:space:]]*$' daily
set_line /etc/logrotate.conf '^rotate[[:space:]]+[0-9]+' 'rotate 28'

# Where there is no timer, cron starts it.
if service_exists logrotate.timer; then
  service_enable logrotate.timer
else
  [[ -x /etc/cron.daily/logrotate ]] || fail 'nothing starts logrotate: there is no logrotate.timer and no /etc/cron.daily/logrotate'
fi
