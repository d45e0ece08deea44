#!/usr/bin/env bash
# Why: some distros offer several majors of Node.js and take an old one unless told.
# Needs: FACT_NODE_MAJOR; runs before the packages are installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

packages_stream "nodejs:$FACT_NODE_MAJOR"
