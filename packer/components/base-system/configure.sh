#!/usr/bin/env bash
# Why: language, time zone and rotation of logs are the same on every machine of this image.
# Needs: BASE_SYSTEM_LOCALE, BASE_SYSTEM_TIMEZONE, FACT_TIME_SYNC_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

locale_select "$BASE_SYSTEM_LOCALE"

[[ -f /usr/share/zoneinfo/$BASE_SYSTEM_TIMEZONE ]] || fail "there is no time zone '$BASE_SYSTEM_TIMEZONE'"
ln -sfn "/usr/share/zoneinfo/$BASE_SYSTEM_TIMEZONE" /etc/localtime
[[ ! -e /etc/timezone ]] || write_file 0644 /etc/timezone <<<"$BASE_SYSTEM_TIMEZONE"

# The journal survives a reboot.
[[ -d /var/log/journal ]] || install -d -m 2755 -g systemd-journal /var/log/journal

service_enable "$FACT_TIME_SYNC_UNIT.service"
! service_exists logrotate.timer || service_enable logrotate.timer
! service_exists fstrim.timer || service_enable fstrim.timer
! service_exists apparmor.service || service_enable apparmor.service
service_mask ctrl-alt-del.target
