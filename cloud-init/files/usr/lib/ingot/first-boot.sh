#!/usr/bin/env bash
# Why: settings come from the machine's own data, secrets are made per machine: by the parts that components put into first-boot.d.
# Usage: first-boot.sh (by systemctl restart ingot-first-boot), or first-boot.sh check: says what is wrong with the machine's data and changes nothing.
# Needs: root; /etc/machine-id and /etc/ingot/instance.yaml, whose digest the marker holds: when either changes, the parts run again.
set -euo pipefail
umask 0077
export DEBIAN_FRONTEND=noninteractive
# shellcheck source=/dev/null
. /usr/lib/ingot/env/first-boot.env

parts=/usr/lib/ingot/first-boot.d
instance=/etc/ingot/instance.yaml
values=/etc/ingot/instance.env
state=/var/lib/ingot
marker=$state/first-boot.done
failure=$state/first-boot.error
banner=/etc/motd.d/50-ingot-first-boot
said=/run/ingot-first-boot.stderr

main() {
  local part failed_before=no
  install -d -m 0755 "$state" /etc/ingot
  if [[ -s $values && -s $marker && $(<"$marker") == "$(fingerprint)" ]]; then
    echo 'ingot: nothing to do, this machine has had its first boot'
    no_failure
    return 0
  fi
  [[ ! -e $failure ]] || failed_before=yes
  forget_other_machine
  enough_memory
  write_values
  for part in "$parts"/*.sh; do
    [[ -x $part ]] || continue
    echo "ingot: running ${part##*/}"
    run "${part##*/}" "$part"
  done
  fingerprint | replace 0600 "$marker"
  sync -f "$state"
  no_failure
  echo "ingot: the first boot is done in $SECONDS s"
  if [[ $failed_before == yes ]]; then start_waiting; fi
}

# The marker is also what services wait for: settings that were changed and are wrong do not take a running machine down, another machine's marker says nothing.
forget_other_machine() {
  [[ ! -s $marker || $(head -n 1 "$marker") == $(</etc/machine-id) ]] || rm -f "$marker"
}

# Files that instance data names count as instance data. The digest is of secrets too: the marker is for root alone.
fingerprint() {
  local file files=()
  for file in "$instance" $([[ ! -r $values ]] || sed -n "s/^INSTANCE_[A-Z_]*_FILE=//p" "$values"); do
    [[ ! -r $file || ! -f $file ]] || files+=("$file")
  done
  cat /etc/machine-id
  ((${#files[@]} == 0)) || sha256sum "${files[@]}"
}

enough_memory() {
  local memory
  memory=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  # The kernel keeps some of what the machine has.
  ((memory >= MINIMUM_MEMORY_MIB * 9 / 10)) ||
    stop "this machine has $memory MiB of memory, and this image needs $MINIMUM_MEMORY_MIB MiB" 'shut the machine down, give it more memory and start it'
}

# Without instance data no Python is started: it takes seconds on a slow machine.
write_values() {
  if [[ -e $instance ]]; then
    read_instance 2>"$said" ||
      stop "$(tail -n 50 "$said")" "correct $instance as root (what is allowed: /usr/share/ingot/instance.schema.json), then: sudo systemctl restart ingot-first-boot"
    cat "$said" >&2
  else
    replace 0600 "$values" </usr/share/ingot/instance.env
    rm -f /etc/ingot/database-password /etc/ingot/backup-credentials
  fi
}

# With cloud-init's own Python, which has what it takes to read YAML and JSON Schema.
read_instance() {
  local python
  python=$(sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$(command -v cloud-init)")
  "${python:-python3}" -W ignore /usr/lib/ingot/instance.py --input "$instance" "$@"
}

# run NAME COMMAND: what a part says on stderr is the reason that people read.
run() {
  local status=0
  "$2" 2>"$said" </dev/null || status=$?
  cat "$said" >&2
  ((status == 0)) || stop "$1 failed with status $status"$'\n'"$(tail -n 10 "$said")" 'mend what it says, then: sudo systemctl restart ingot-first-boot (each boot tries again, too)'
}

# stop WHAT FIX: in the journal, in a file for programs, and at every login.
stop() {
  local text
  text="ingot: the first boot of this machine failed after $SECONDS s: $1
What to do: $2
The log: sudo journalctl -u ingot-first-boot"
  printf '%s\n' "$text" >&2
  printf '%s\n' "$text" | replace 0644 "$failure"
  printf '\n%s\n\n' "$text" | replace 0644 "$banner"
  rm -f "$said"
  exit 1
}

no_failure() {
  rm -f "$failure" "$banner" "$said"
}

# Services that waited in vain have given up by now. What is switched off stays off.
start_waiting() {
  local unit
  for unit in $(systemctl show -p WantedBy --value ingot-first-boot.service); do
    [[ $unit == *.target ]] || ! systemctl is-enabled --quiet "$unit" || systemctl start --no-block "$unit"
  done
}

# replace MODE TARGET <content: as a whole or not at all.
replace() {
  (umask 0022 && mkdir -p "${2%/*}")
  cat >"$2.new"
  chmod "$1" "$2.new"
  mv -f "$2.new" "$2"
}

case ${1:-} in
  '') main ;;
  check) [[ ! -e $instance ]] || read_instance --check ;;
  *)
    echo "usage: ${0##*/} [check]" >&2
    exit 2
    ;;
esac
