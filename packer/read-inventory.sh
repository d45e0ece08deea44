#!/usr/bin/env bash
# Why: says what a disk holds, for whoever compares it with another: packages of every kind, privileged files, enabled units, configuration.
# Needs: ROOT, the disk's root file system, mounted read-only; find, awk, sha256sum; rpm for disks that have its database. Prints fields between tabs.
set -euo pipefail

main() {
  cd "$ROOT"
  debs
  rpms
  find . -type d \( -path ./proc -o -path ./sys -o -path ./dev \) -prune -o \
    \( -type f -perm /6000 -printf 'setuid\t%m\t%P\n' , \
    -type f -path '*.dist-info/METADATA' ! -path './usr/lib/python3/*' -printf 'wheel\t%P\n' , \
    -type f -path '*/node_modules/*/package.json' ! -path './usr/share/*' ! -path './usr/lib/*' -printf 'module\t%P\n' \) |
    awk -F '\t' "$(language_packages)"
  [[ ! -d etc/systemd/system ]] || find etc/systemd/system -type l -path '*.wants/*' -printf 'unit\t%P\n'
  find etc usr/local -xdev -type f ! -name '*.cache' -exec sha256sum -- {} + 2>/dev/null | awk '{ printf "file\t%s\t%s\n", substr($1, 1, 16), substr($0, 67) }'
}

debs() {
  [[ -r var/lib/dpkg/status ]] || return 0
  awk '
    function flush() { if (installed) printf "deb\t%s\t%s\t%s\t%s\n", name, version, arch, (source == "" ? name : source); name = version = arch = source = ""; installed = 0 }
    /^Package: / { name = $2 } /^Status: / { installed = /ok installed$/ } /^Version: / { version = $2 }
    /^Architecture: / { arch = $2 } /^Source: / { source = $2 } /^$/ { flush() } END { flush() }' var/lib/dpkg/status
}

# The host's rpm reads a copy, by its path: it may look for databases elsewhere, and one of today cannot be opened where nothing can be written.
rpms() {
  local database copy
  command -v rpm >/dev/null || return 0
  for database in usr/lib/sysimage/rpm var/lib/rpm; do
    [[ -d $database && ! -L $database ]] || continue
    copy=$(mktemp -d)
    cp -r "$database/." "$copy"
    rpm --dbpath "$copy" -qa --qf 'rpm\t%{NAME}\t%{EVR}\t%{ARCH}\t%{SOURCERPM}\n' 2>/dev/null || true
    rm -rf "$copy"
  done
}

# Names and versions stand in files of the packages themselves.
language_packages() {
  cat <<'AWK'
$1 == "wheel" {
  name = version = ""
  while ((getline line < $2) > 0 && line != "") {
    if (line ~ /^Name: / && name == "") name = substr(line, 7)
    if (line ~ /^Version: / && version == "") version = substr(line, 10)
  }
  close($2)
  sub(/\r$/, "", name); sub(/\r$/, "", version)
  if (name != "" && version != "") printf "pip\t%s\t%s\t%s\n", name, version, $2
  next
}
$1 == "module" {
  name = $2; sub(/\/package\.json$/, "", name); sub(/.*\/node_modules\//, "", name); sub(/^node_modules\//, "", name)
  if (name !~ /^(@[^\/]+\/)?[^\/@]+$/) next
  version = ""
  while (version == "" && (getline line < $2) > 0)
    if (match(line, /"version"[ \t]*:[ \t]*"[^"]+"/)) { version = substr(line, RSTART, RLENGTH); sub(/^"version"[ \t]*:[ \t]*"/, "", version); sub(/"$/, "", version) }
  close($2)
  if (version != "") printf "npm\t%s\t%s\t%s\n", name, version, $2
  next
}
{ print }
AWK
}

main
