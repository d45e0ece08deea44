#!/usr/bin/env bash
# Why: the guard starts with the machine, watches what the machine serves, and can itself do little more than ban.
# Needs: fail2ban installed; INGOT_COMPONENTS, FACT_NGINX_UNIT.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

# The package's own file enables the jail with another backend.
rm -f /etc/fail2ban/jail.d/defaults-debian.conf

# nginx writes files, not the journal. Only failures that no visitor produces by chance count: passwords, and paths of other people's software.
if [[ " $INGOT_COMPONENTS " == *' nginx '* ]]; then
  write_file 0644 /etc/fail2ban/jail.d/ingot-nginx.conf <<'CONF'
# Written by Ingot (component fail2ban).
[nginx-http-auth]
enabled = true
backend = polling
logpath = /var/log/nginx/error.log

[nginx-limit-req]
enabled = true
backend = polling
logpath = /var/log/nginx/error.log
maxretry = 100

[nginx-botsearch]
enabled = true
backend = polling
logpath = /var/log/nginx/access.log
maxretry = 20
CONF
  # A jail whose log is missing keeps fail2ban from starting: nginx makes them.
  write_file 0644 /etc/systemd/system/fail2ban.service.d/ingot-nginx.conf <<CONF
[Unit]
After=$FACT_NGINX_UNIT.service
CONF
fi
service_enable fail2ban.service
