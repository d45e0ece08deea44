import { freeSpaceFunctions } from './free-space-scan.ts';
import { SECRET_KINDS } from './secret-scan.ts';

/**
 * The shell function `free_space_found` for sealed probes. It says how many free blocks hold data, which come first, and what kinds of secrets are in them; then a
 * last word, which only a look at every free block has. A file system that cannot be looked into is unknown, not clean. It expects what shows the disk:
 * ingot_disk (its file), ingot_format, ingot_offset and ingot_type, and the root file system as a plain file, and mounted, in $ingot_scratch.
 */
export function freeSpaceProbe(): string {
  return `${freeSpaceFunctions()}\
free_space_found() {
  local pieces filled
  pieces=$(ingot_free_pieces "$ingot_disk" "$ingot_format" "$ingot_scratch/partition" "$ingot_type" "$ingot_offset") &&
    filled=$(ingot_filled "$ingot_disk" "$ingot_format" <<<"$pieces") || ingot_broke_off || return
  [[ -z $filled ]] || ingot_free_contents "$filled"
  echo searched
}
# 127 is a tool that is missing: why, it has said.
ingot_broke_off() {
  local status=$?
  ((status == 127)) || { echo 'the search broke off'; status=1; }
  return "$status"
}
# A few hundred pieces say enough of a disk that must have none.
ingot_free_contents() { # PIECES
  local bytes=$INGOT_SCRATCH/free most=500 pieces at size numbers kinds
  pieces=$(head -n "$most" <<<"$1")
  while read -r at size; do
    dd if="$ingot_scratch/partition" bs=65536 iflag=skip_bytes,count_bytes skip="$((at - ingot_offset))" count="$size" status=none
  done <<<"$pieces" >"$bytes"
  size=$(stat -f -c %S "$ingot_scratch/root")
  numbers=$(awk -v offset="$ingot_offset" -v size="$size" '{ for (at = $1; at < $1 + $2; at += size) printf "%.0f\\n", (at - offset) / size }' <<<"$pieces")
  numbers=$(awk -v size="$size" 'NR == FNR { filled[$1 / size + 1]; next } FNR in filled' \\
    <(awk -v size="$size" '{ printf "%.0f %d\\n", (NR - 1) * size, size }' <<<"$numbers" | ingot_filled "$bytes" raw) <(echo "$numbers"))
  echo "free blocks that hold data: $( (($(wc -l <<<"$1") <= most)) || echo 'more than ')$(wc -l <<<"$numbers"), from block $(head -n 5 <<<"$numbers" | xargs)"
  ingot_secret_patterns >"$bytes.patterns"
  kinds=$(tr '\\0' '\\n' <"$bytes" | grep -aoE -f "$bytes.patterns" | sed 's/^/\\t/' | awk -F '\\t' '${SECRET_KINDS}
    { print kind }' | sort -u | xargs)
  [[ -z $kinds ]] || echo "among it: $kinds"
}
`;
}
