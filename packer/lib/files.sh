#!/usr/bin/env bash
# Why: the few ways in which scripts change files, so that a file looks the same however often a script ran.
# Needs: nothing.

# write_file MODE TARGET <content: replaces a file as a whole.
write_file() {
  local mode=$1 target=$2
  mkdir -p "$(dirname "$target")"
  cat >"$target.ingot-new"
  chmod "$mode" "$target.ingot-new"
  mv -f "$target.ingot-new" "$target"
}

# set_line FILE REGEX LINE: replaces the first line that matches (an extended regular expression), drops the others, or appends.
set_line() {
  local file=$1 pattern=$2 line=$3
  PATTERN=$pattern LINE=$line awk '
    $0 ~ ENVIRON["PATTERN"] { if (!done++) print ENVIRON["LINE"]; next }
    { print }
    END { if (!done) print ENVIRON["LINE"] }' "$file" >"$file.ingot-new"
  chmod --reference="$file" "$file.ingot-new"
  chown --reference="$file" "$file.ingot-new"
  mv -f "$file.ingot-new" "$file"
}

# is_mounted PATH: exactly this path is a mount point (a file or a folder).
is_mounted() {
  awk -v path="$1" '$5 == path { found = 1 } END { exit !found }' /proc/self/mountinfo
}

# in_chroot: the layer runs in a chroot of the host, not in its own VM.
in_chroot() {
  [[ $(stat -Lc %d:%i /) != "$(stat -Lc %d:%i /proc/1/root/. 2>/dev/null)" ]]
}
