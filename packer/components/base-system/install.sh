#!/usr/bin/env bash
# Why: the locale must exist before PostgreSQL's cluster is made, and it is generated once, by the package itself where it is new.
# Needs: INGOT_FAMILY, BASE_SYSTEM_LOCALE; runs before the packages are installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

locale_prepare "$BASE_SYSTEM_LOCALE"
