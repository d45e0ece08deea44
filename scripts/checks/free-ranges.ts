/**
 * The shell function `ingot_free_ranges`, which lists what the tables of a file system call free, for those who look there or write there. It reads the file system
 * as a file of its own, needs neither root nor a mount, and says nothing rather than half: a list that broke off would call a disk clean.
 */
export function freeRangeFunctions(): string {
  return `
# What still waits in a journal may take what the tables call free.
ingot_unsettled='its file system waits for its journal: it was not unmounted, or that is not known'
# Prints the free ranges of a file system in ascending order: offset and length in bytes. Ends with 3 where a journal waits.
ingot_free_ranges() { # FILE TYPE
  case $2 in
    ext[234]) ingot_ext_ranges "$1" ;;
    xfs) ingot_xfs_ranges "$1" ;;
    *) ingot_not_listed "the free space of \${2:-no known file system} is not looked into" 127 ;;
  esac
}
ingot_not_listed() { # WHY STATUS
  echo "$1" >&2
  return "$2"
}
${EXT}${XFS}`;
}

const EXT = `\
ingot_ext_ranges() { # FILE
  local tables
  tables=$(dumpe2fs "$1" 2>/dev/null) || return
  [[ ! $tables =~ $'\\n''Filesystem features:'[^$'\\n']*' needs_recovery' ]] || { ingot_not_listed "$ingot_unsettled" 3; return; }
  awk '
    BEGIN { declared = -1 }
    /^Block size:/ { size = $3 }
    /^Free blocks:/ { declared = $3 }
    /^  Free blocks: / {
      sub(/^  Free blocks: */, "")
      parts = split($0, ranges, /, */)
      for (part = 1; part <= parts; part++) if (ranges[part] != "") {
        last = split(ranges[part], range, "-")
        counted += range[last] - range[1] + 1
        printf "%.0f %.0f\\n", range[1] * size, (range[last] - range[1] + 1) * size
      }
    }
    # A bitmap that could not be read is missing without a word.
    END { exit (counted != declared) }' <<<"$tables"
}
`;

const XFS = `\
# freesp also names the few blocks that each group keeps for its own trees (AGFL): nothing in them is ever read again, so they are free for us, too.
# The blocks that those trees lie in are in use.
ingot_xfs_ranges() { # FILE
  local state groups at asked=() tables ranges
  command -v xfs_db >/dev/null || { ingot_not_listed 'its file system is XFS: install xfsprogs on the host' 127; return; }
  state=$(xfs_logprint -t "$1" 2>/dev/null | sed -n 's/.* state: //p')
  [[ $state == '<CLEAN>' ]] || { ingot_not_listed "$ingot_unsettled" 3; return; }
  groups=$(xfs_db -r -f -c 'sb 0' -c 'p agcount' "$1") && groups=\${groups#agcount = } && [[ $groups =~ ^[1-9][0-9]*$ ]] || return
  for ((at = 0; at < groups; at++)); do asked+=(-c "agf $at" -c 'p freeblks flcount'); done
  tables=$(xfs_db -r -f -c 'sb 0' -c 'p blocksize agblocks' "\${asked[@]}" -c 'freesp -d' "$1") || return
  ranges=$(awk -v groups="$groups" '
    $1 == "blocksize" { size = $3 }
    $1 == "agblocks" { blocks = $3 }
    $1 == "freeblks" { declared += $3; heads++ }
    $1 == "flcount" { declared += $3 }
    # The table of sizes behind the list has five columns.
    NF == 3 && $1 ~ /^[0-9]+$/ { counted += $3; printf "%.0f %.0f\\n", ($1 * blocks + $2) * size, $3 * size }
    # A tree that could not be read ends the list early: the head of each group says how much there must be.
    END { exit (heads != groups || counted != declared) }' <<<"$tables") || return
  sort -n <<<"$ranges"
}
`;
