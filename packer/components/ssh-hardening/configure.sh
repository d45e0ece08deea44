#!/usr/bin/env bash
# Why: the drop-in of this component is what sshd does, whatever else is in /etc/ssh.
# Needs: the drop-in in place; FACT_SSH_UNIT, FACT_SSH_DROP_INS, FACT_SSH_EXTRA_LINES. sshd is not restarted: a build's session may depend on it.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

drop_in=/etc/ssh/sshd_config.d/00-aikovrr.conf
tr ';' '\n' <<<"$FACT_SSH_EXTRA_LINES" | sed 's/^[[:space:]]*//;/^$/d' >>"$drop_in"
ssh_settings_apply "$drop_in"
ssh_strong_moduli
ssh_settings_test
service_enable "$FACT_SSH_UNIT.service"
