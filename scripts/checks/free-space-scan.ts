import { freeRangeFunctions } from './free-ranges.ts';

/**
 * Shell functions that look for data in the free blocks of a file system, which no search of its files can see: what was deleted is still there until it is
 * written over. They read the disk file through its whole backing chain, and say nothing rather than half: whatever was not read makes them fail.
 */
export function freeSpaceFunctions(): string {
  return `${freeRangeFunctions()}\
# Prints the pieces of free blocks that may hold data: offset and length in bytes. What the disk's own tables say to be empty is left out; no piece is in two clusters.
ingot_free_pieces() { # DISK FORMAT [ITS FILE SYSTEM AS A FILE] TYPE [OFFSET OF THE FILE SYSTEM IN THE DISK]
  local map ranges
  map=$(qemu-img map --force-share --output=json -f "$2" "$1") && ranges=$(ingot_free_ranges "$3" "$4") || return
  awk -v offset="$5" -v cluster=65536 '
    function number(line, name) { return match(line, "\\"" name "\\": [0-9]+") ? substr(line, RSTART + length(name) + 4, RLENGTH - length(name) - 4) + 0 : -1 }
    function piece(from, to, end) {
      for (; from < to; from = end) {
        end = (int(from / cluster) + 1) * cluster
        if (end > to) end = to
        printf "%.0f %.0f\\n", from, end - from
      }
    }
    function free(from, to, at) {
      while (first < mapped && ends[first] <= from) first++
      for (at = first; at < mapped && starts[at] < to; at++) piece(starts[at] > from ? starts[at] : from, ends[at] < to ? ends[at] : to)
    }
    BEGIN { first = mapped = 0 }
    /"data": true/ { starts[mapped] = number($0, "start"); ends[mapped] = starts[mapped] + number($0, "length"); mapped++ }
    /^[0-9]+ [0-9]+$/ { free(offset + $1, offset + $1 + $2) }' <<<"$map"$'\\n'"$ranges"
}
# Of the pieces on its input, prints those that are not all zeros.
ingot_filled() { # FILE FORMAT
  local pieces said
  pieces=$(cat)
  [[ -n $pieces ]] || return 0
  # It ends with 1 where a single piece is filled: that each was read, its own report says.
  said=$(sed 's/^/aio_read -P 0 /' <<<"$pieces" | ingot_flushed | qemu-io -r --force-share -f "$2" "$1" 2>&1)
  (($(grep -cE '(^|> )read ([0-9]+)/\\2 bytes at offset' <<<"$said") == $(wc -l <<<"$pieces"))) || return
  sed -n 's/.*Pattern verification failed at offset \\([0-9]*\\), \\([0-9]*\\) bytes.*/\\1 \\2/p' <<<"$said" | sort -n
}
# Commands for qemu-io, a few of them at once: one after the other they would wait for each other's threads.
ingot_flushed() { sed '64~64a aio_flush'; echo aio_flush; }
`;
}
