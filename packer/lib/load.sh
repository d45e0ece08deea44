#!/usr/bin/env bash
# Why: one line in a guest script brings the whole library.
# Needs: INGOT_LIB, the folder of this file; INGOT_FAMILY.
for room in log files subscription packages services boot firewall ssh updates locale accounts hardening; do
  # shellcheck source=/dev/null
  . "$INGOT_LIB/$room.sh"
done
unset room
