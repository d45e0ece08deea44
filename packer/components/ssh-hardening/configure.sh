#!/usr/bin/env bash
# Why: sshd does what this component's sshd_config says, whatever else is in /etc/ssh.
# Needs: sshd_config in place; FACT_SSH_UNIT, FACT_SSH_DROP_INS, FACT_SSH_EXTRA_LINES, SSH_HARDENING_ALLOW_TCP_FORWARDING, SSH_HARDENING_DENY_USERS. sshd is not restarted:
#   a build's session may depend on it.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

config=/etc/ssh/sshd_config
{
  [[ -z $SSH_HARDENING_DENY_USERS ]] || echo "DenyUsers $SSH_HARDENING_DENY_USERS"
  tr ';' '\n' <<<"$FACT_SSH_EXTRA_LINES" | sed 's/^[[:space:]]*//;/^$/d'
  [[ $SSH_HARDENING_ALLOW_TCP_FORWARDING != no ]] || echo 'DisableForwarding yes'
  [[ $FACT_SSH_DROP_INS != true ]] || echo 'Include /etc/ssh/sshd_config.d/*.conf'
} >>"$config"
ssh_known_algorithms "$config"
ssh_contradictions_out "$config"
ssh_strong_moduli
ssh_settings_test
service_enable "$FACT_SSH_UNIT.service"
