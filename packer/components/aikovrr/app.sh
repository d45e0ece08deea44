#!/usr/bin/env bash
# Why: the user, the tree and the pinned language packages change rarely and take long: they are a layer of their own.
# Needs: packages/pip/backend and packages/npm/frontend of the payload; FACT_PYTHON_COMMAND.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

root=/opt/aikovrr
wheels=$INGOT_PAYLOAD/packages/pip/backend
modules=$INGOT_PAYLOAD/packages/npm/frontend

getent passwd aikovrr >/dev/null || useradd --system --user-group --create-home --home-dir /home/aikovrr --shell /bin/bash --comment 'AIKovrr application' aikovrr
chmod 0750 /home/aikovrr

install -d -m 0755 -o aikovrr -g aikovrr "$root" "$root/frontend" "$root/backend"

# Byte code that is known by its source's hash, not by its time, is the same in every bake; 1980 is as far back as a wheel's zip goes.
export SOURCE_DATE_EPOCH=315532800
say 'backend: virtual environment'
"$FACT_PYTHON_COMMAND" -m venv "$root/backend/venv"
"$root/backend/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-index --require-hashes \
  --find-links "$wheels" -r "$wheels/requirements.txt"
"$root/backend/venv/bin/python" -m pip check --disable-pip-version-check

say 'frontend: toolchain'
install -m 0644 "$modules/package.json" "$modules/package-lock.json" "$root/frontend/"
tar -x --no-same-owner --no-same-permissions -f "$modules/node_modules.tar" -C "$root/frontend"
[[ -d $root/frontend/node_modules ]] || fail 'node_modules.tar holds no folder node_modules'

chown -R aikovrr:aikovrr "$root/backend" "$root/frontend"
