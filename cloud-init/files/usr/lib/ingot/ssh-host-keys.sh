#!/usr/bin/env bash
# Why: without a datasource cloud-init makes no host keys, and sshd does not start without one.
# Needs: root; ssh-keygen.
set -euo pipefail

for type in ed25519 rsa; do
  key=/etc/ssh/ssh_host_${type}_key
  [[ ! -s $key ]] || continue
  rm -f "$key" "$key.pub"
  ssh-keygen -q -N '' -t "$type" -f "$key" </dev/null
done
sync -f /etc/ssh
! command -v restorecon >/dev/null || restorecon -R /etc/ssh
