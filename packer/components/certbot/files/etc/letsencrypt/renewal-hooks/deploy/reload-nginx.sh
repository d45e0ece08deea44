#!/usr/bin/env bash
# Why: nginx keeps serving the old certificate until it is told.
# Needs: root; run by certbot after a renewal.
set -euo pipefail

nginx -t -q
systemctl reload nginx
