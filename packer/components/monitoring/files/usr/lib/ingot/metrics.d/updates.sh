#!/usr/bin/env bash
# Why: how many updates wait, and how many of them for security's sake.
# Needs: the package index that the automatic updates fetch; without one nothing is known, and nothing is printed.
set -euo pipefail

known=/var/lib/prometheus/node-exporter/ingot_updates.prom

main() {
  if command -v apt-get >/dev/null; then
    compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || return 0
    if current /var/lib/apt/lists /var/lib/dpkg/status; then cat "$known"; else report apt_waiting; fi
  elif command -v dnf >/dev/null; then
    compgen -G '/var/cache/dnf/*/repodata/repomd.xml' >/dev/null || return 0
    if current /var/cache/dnf /var/lib/rpm; then cat "$known"; else report dnf_waiting; fi
  fi
}

# Looking is dear: it is done again only after the index or the installed packages changed.
current() {
  local path
  grep -qs '^ingot_updates_known 1$' "$known" || return 1
  for path in "$@"; do [[ $known -nt $path ]] || return 1; done
}

# One line per update that waits, "security" or "other".
apt_waiting() {
  apt-get -s -qq -o Debug::NoLocking=true -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= dist-upgrade |
    awk '/^Inst / { print tolower($0) ~ /security/ ? "security" : "other" }'
}

dnf_waiting() {
  local all security
  all=$(dnf_counts) && security=$(dnf_counts --security) || return
  awk -v all="$all" -v security="$security" 'BEGIN { for (i = 0; i < all; i++) print i < security ? "security" : "other" }'
}

# dnf_counts [--security]: how many packages check-update names; it ends with 100 where there are some. Its logs and what it keeps go to /tmp: in here it may write to its cache alone.
dnf_counts() {
  local said status=0
  said=$(dnf -q -C --setopt=logdir=/tmp --setopt=persistdir=/tmp/dnf check-update "$@") || status=$?
  ((status == 0 || status == 100)) || return "$status"
  sed '/^Obsoleting /,$d' <<<"$said" | grep -cE '^[^ ]+\.[^ ]+( |$)' || true # a long name has a line to itself
}

# Packages that are being installed right now, or that do not fit together, cannot be counted: that is told, it is no failure of this part.
report() {
  local waiting answered=1
  waiting=$("$1" 2>/dev/null) || answered=0
  printf '# HELP ingot_updates_known Whether the updates that wait could be counted.\n# TYPE ingot_updates_known gauge\ningot_updates_known %s\n' "$answered"
  ((answered)) || return 0
  awk '{ count[$1]++ }
    END {
      print "# HELP ingot_updates_pending Packages for which an update waits."
      print "# TYPE ingot_updates_pending gauge"
      printf "ingot_updates_pending{kind=\"security\"} %d\ningot_updates_pending{kind=\"other\"} %d\n", count["security"], count["other"]
    }' <<<"$waiting"
}

main
