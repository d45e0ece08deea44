#!/usr/bin/env bash
# Why: the server starts at boot, but not before the first boot has made its cluster, and with no right that it does not use.
# Needs: FACT_POSTGRESQL_UNIT, FACT_POSTGRESQL_DATA_DIR, INGOT_FAMILY.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

# Not set: MemoryDenyWriteExecute (the compiler of queries needs it), PrivateUsers (the server asks the kernel who is at the other end of its socket).
write_file 0644 "/etc/systemd/system/$FACT_POSTGRESQL_UNIT.service.d/ingot.conf" <<UNIT
[Service]
User=postgres
Group=postgres
ExecStartPre=-+/usr/lib/ingot/postgresql-settings.sh
Restart=on-failure
RestartSec=5s
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${FACT_POSTGRESQL_DATA_DIR%/*/*} /var/log/postgresql -/run/postgresql
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
UMask=0077
UNIT
service_after_first_boot "$FACT_POSTGRESQL_UNIT.service"
service_enable "$FACT_POSTGRESQL_UNIT.service"

# Debian's package brings both; elsewhere the server would write below its data.
if [[ $INGOT_FAMILY != debian ]]; then
  install -d -m 0750 -o postgres -g postgres /var/log/postgresql
  write_file 0644 /etc/logrotate.d/postgresql <<'ROTATE'
/var/log/postgresql/*.log {
	weekly
	rotate 10
	missingok
	notifempty
	compress
	delaycompress
	copytruncate
	su postgres postgres
}
ROTATE
fi
