#!/usr/bin/env bash
# Why: the package's own script makes a kernel the one that is started if this file names it, so it has to be there before.
# Needs: INGOT_PAYLOAD; files.sh. Nothing is done where the distro's own kernel is new enough and no other is installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

grep -qx kernel-lt-core "$INGOT_PAYLOAD/packages.list" || exit 0
write_file 0644 /etc/sysconfig/kernel <<'CONF'
# Written by Ingot (component kernel-lt): which package's kernel is started.
UPDATEDEFAULT=yes
DEFAULTKERNEL=kernel-lt-core
CONF
