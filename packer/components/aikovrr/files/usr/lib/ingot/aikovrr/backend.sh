#!/usr/bin/env bash
# Why: supervisor starts whichever release is current, with the Python environment that this release was deployed with.
# Needs: user aikovrr; release.env of the release; /etc/aikovrr/backend.env.
set -euo pipefail

release=$(readlink -f /opt/aikovrr/current)
if [[ ! -r $release/release.env ]]; then
  echo "no application is deployed: $release/release.env is missing (aikovrr-deploy BUNDLE.tar.gz)" >&2
  exit 1
fi
# shellcheck source=/dev/null
. "$release/release.env"
# shellcheck source=/dev/null
. /etc/aikovrr/backend.env
export WORKERS DJANGO_SETTINGS_MODULE PYTHONUNBUFFERED=1

cd "$release/backend"
exec "$VENV/bin/python" -m gunicorn --config /usr/lib/ingot/aikovrr/gunicorn.conf.py "$WSGI"
