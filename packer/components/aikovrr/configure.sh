#!/usr/bin/env bash
# Why: the supervisor example is not a program yet: it is put where the deployment finds it, owned by the application.
# Needs: the files of this component in place.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

chown aikovrr:aikovrr /opt/aikovrr/supervisor/aikovrr-backend.conf /opt/aikovrr/nginx/README
