#!/usr/bin/env bash
# Why: programs find their secrets and their database when they start, and get no more rights than a web application needs.
# Needs: FACT_SUPERVISOR_UNIT, FACT_SUPERVISOR_CONFIG, FACT_SUPERVISOR_CONFIG_DIR, FACT_SUPERVISOR_CONFIG_SUFFIX, FACT_POSTGRESQL_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

write_file 0644 "$FACT_SUPERVISOR_CONFIG" <<CONF
; Root alone speaks to supervisor, over a socket in a folder that root alone enters. There is no network interface.
[unix_http_server]
file=/run/supervisor/supervisor.sock
chmod=0700
chown=root:root

[supervisord]
user=root
logfile=/var/log/supervisor/supervisord.log
logfile_maxbytes=10MB
logfile_backups=5
pidfile=/run/supervisor/supervisord.pid
childlogdir=/var/log/supervisor
directory=/
umask=022
minfds=4096
strip_ansi=true

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix:///run/supervisor/supervisor.sock

[include]
files=$FACT_SUPERVISOR_CONFIG_DIR/*.$FACT_SUPERVISOR_CONFIG_SUFFIX
CONF

# mixed: supervisord ends its programs itself; when it was killed, systemd ends them, so that nothing old holds a port when it comes back.
write_file 0644 "/etc/systemd/system/$FACT_SUPERVISOR_UNIT.service.d/ingot.conf" <<UNIT
[Unit]
Wants=ingot-first-boot.service
After=ingot-first-boot.service $FACT_POSTGRESQL_UNIT.service
StartLimitIntervalSec=0

[Service]
Type=simple
PIDFile=
ExecStart=
ExecStart=/usr/bin/supervisord -n -c $FACT_SUPERVISOR_CONFIG
# Started is who answers.
ExecStartPost=/bin/sh -c 'until [ -S /run/supervisor/supervisor.sock ]; do kill -0 "\$MAINPID" || exit 1; sleep 0.2; done'
TimeoutStartSec=5min
ExecStop=
KillMode=mixed
Restart=on-failure
RestartSec=1s
TimeoutStopSec=60s
RuntimeDirectory=supervisor
RuntimeDirectoryMode=0700

CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_KILL
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
ReadWritePaths=/var/log/supervisor -/opt/aikovrr
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
UNIT
install -d -m 0755 "$FACT_SUPERVISOR_CONFIG_DIR" /var/log/supervisor
service_enable "$FACT_SUPERVISOR_UNIT.service"
