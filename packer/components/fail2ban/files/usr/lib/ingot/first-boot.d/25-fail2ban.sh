#!/usr/bin/env bash
# Why: administrators who mistype do not lock themselves out: their ranges, as the instance data name them, are never banned. Nor is the load balancer,
#   through which strangers come: the internal range is ignored as well.
# Needs: /etc/ingot/instance.env; /etc/fail2ban/jail.d/ingot.conf.
set -euo pipefail

# shellcheck source=/dev/null
[[ ! -r /etc/ingot/instance.env ]] || . /etc/ingot/instance.env
file=/etc/fail2ban/jail.d/zz-instance.conf
before=$(cat "$file" 2>/dev/null || true)
ranges="${INSTANCE_ADMIN_CIDRS:-} ${INSTANCE_INTERNAL_RANGE:-}"
if [[ $ranges == *[^[:space:]]* ]]; then
  always=$(sed -n 's/^ignoreip[[:space:]]*=[[:space:]]*//p' /etc/fail2ban/jail.d/ingot.conf)
  umask 022
  printf '# Written at first boot from admin_cidrs and internal_range of the instance data.\n[DEFAULT]\nignoreip = %s %s\n' "${always//,/ }" "$ranges" >"$file.new"
  mv -f "$file.new" "$file"
else
  rm -f "$file"
fi
[[ $(cat "$file" 2>/dev/null || true) == "$before" ]] || systemctl try-reload-or-restart --no-block fail2ban.service
