#!/usr/bin/env bash
# Why: the package would make a cluster while it is installed, and every machine would share its identifier.
# Needs: INGOT_FAMILY; runs before the packages are installed.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

[[ $INGOT_FAMILY == debian ]] || exit 0
write_file 0644 /etc/postgresql-common/createcluster.conf <<'CONF'
# Clusters are made at first boot (/usr/lib/ingot/first-boot.d/30-postgresql.sh), never by the package.
create_main_cluster = false
ssl = on
cluster_name = '%v/%c'
log_line_prefix = '%%m [%%p] %%q%%u@%%d '
add_include_dir = 'conf.d'
initdb_options = '--data-checksums'
CONF
