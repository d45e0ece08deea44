#!/usr/bin/env bash
# Why: DNS and firewalls are often ready only after the machine is: it tries again until it has its certificate, seldom enough for the authority's limits.
# Needs: root; aikovrr-tls; run by aikovrr-tls.service, whose status says how the last try ended.
set -euo pipefail

# Five tries within the first hour: Let's Encrypt takes five failures an hour.
delays=(30 300 900 1800 3600)
for ((try = 0; ; try++)); do
  if said=$(/usr/bin/aikovrr-tls --configured 2>&1); then
    echo "$said"
    exit 0
  fi
  delay=${delays[try]:-21600}
  echo "$said"
  echo "try $((try + 1)) failed; the next one follows in $delay seconds"
  systemd-notify --status="Try $((try + 1)) failed, next in $delay s: ${said##*$'\n'}" || true
  sleep "$delay"
done
