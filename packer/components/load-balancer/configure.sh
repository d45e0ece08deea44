#!/usr/bin/env bash
# Why: one engine has the ports; the other is there for a machine that asks for it (load_balancer in its instance data).
# Needs: LOAD_BALANCER_ENGINE, FACT_ACCESS_CONTROL; nginx configured before.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

service_after_first_boot haproxy.service
[[ $FACT_ACCESS_CONTROL != selinux ]] || setsebool -N -P haproxy_connect_any 1
if [[ $LOAD_BALANCER_ENGINE == nginx ]]; then
  service_disable haproxy.service
else
  service_disable nginx.service
fi
service_enable "$LOAD_BALANCER_ENGINE.service"
