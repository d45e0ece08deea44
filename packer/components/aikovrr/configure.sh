#!/usr/bin/env bash
# Why: the tree of the requirements is there before any application is, and every part that a deployment replaces is reached through one link.
# Needs: app.sh has run; FACT_SUDO_GROUP, AIKOVRR_SUDO, INGOT_COMPONENTS.
set -euo pipefail
# shellcheck source=/dev/null
. "$INGOT_LIB/load.sh"

root=/opt/aikovrr

main() {
  tree
  sudo_rule
  role_facts
}

tree() {
  install -d -m 0755 -o aikovrr -g aikovrr "$root"/{frontend,backend,backend/media,backend/logs,nginx,supervisor,scripts,releases} \
    "$root"/releases/initial{,/backend,/dist,/static}
  [[ -d $root/backups ]] || install -d -m 0750 -o aikovrr -g aikovrr "$root/backups"
  point_to releases/initial "$root/current"
  point_to ../current/dist "$root/frontend/dist"
  point_to ../current/static "$root/backend/static"
  point_to ../current/backend "$root/backend/app"
  # Whoever may write what supervisor reads is root: the real file lies outside the application's tree.
  point_to /usr/share/ingot/aikovrr/aikovrr-backend.conf "$root/supervisor/aikovrr-backend.conf"
  [[ ! -d $FACT_NGINX_CONFIG_DIR ]] || point_to "$FACT_NGINX_CONFIG_DIR" "$root/nginx/conf.d"
  install -d -m 0700 /var/lib/aikovrr /var/log/aikovrr-deploy
  install -d -m 0755 /etc/aikovrr
}

# A folder of an earlier layer gives way when it is empty.
point_to() {
  local target=$1 link=$2
  if [[ -d $link && ! -L $link ]]; then rmdir "$link"; fi
  ln -sfn "$target" "$link"
  chown -h aikovrr:aikovrr "$link"
}

sudo_rule() {
  local rule=/etc/sudoers.d/aikovrr
  if [[ $AIKOVRR_SUDO == true ]]; then
    usermod -aG "$FACT_SUDO_GROUP" aikovrr
    write_file 0440 "$rule" <<<'aikovrr ALL=(ALL:ALL) NOPASSWD: ALL'
  else
    ! id -nG aikovrr | grep -qw "$FACT_SUDO_GROUP" || gpasswd -d aikovrr "$FACT_SUDO_GROUP"
    rm -f "$rule"
  fi
}

# The first boot writes down a database of elsewhere only where there is none here.
role_facts() {
  local own=no
  [[ " $INGOT_COMPONENTS " != *' postgresql '* ]] || own=yes
  write_file 0644 /usr/lib/ingot/env/aikovrr-role.env <<<"OWN_DATABASE=$own"
}

main
