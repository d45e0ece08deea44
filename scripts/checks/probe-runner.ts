/**
 * The shell in which probes run. It expects ingot_scratch, ingot_mark, ingot_time (seconds) and ingot_most_bytes. Every name of its own
 * begins with ingot_, because probes run among them.
 */
export const PROBE_RUNNER = `export INGOT_SCRATCH=$ingot_scratch
ingot_end() { kill "\${ingot_watch:-}" 2>/dev/null; rm -rf "$ingot_scratch"; }
# Milliseconds since the machine started: a clock that nobody sets.
ingot_now() {
  read -r ingot_ms _ </proc/uptime
  ingot_ms=$((10#\${ingot_ms/./} * 10))
}
# once COMMAND...: for commands that are dear and that many probes ask; each is run once in a collection, by the first.
once() {
  local file=$INGOT_SCRATCH/once.\${*//[!A-Za-z0-9]/_} said
  [[ -s $file.status ]] || {
    flock 9
    [[ -s $file.status ]] || { "$@" >"$file"; echo "$?" >"$file.status"; }
  } 9>"$file.lock"
  said=$(<"$file")
  [[ -z $said ]] || printf '%s\\n' "$said"
  return "$(<"$file.status")"
}
export -f once
# What a probe printed, before it is told: those who show a disk take out of it where on this host the disk was shown.
ingot_tidy() { :; }
# Sets ingot_field: as it is where that is short text, with four characters escaped (no process: a process is what costs in an emulated guest), else base64.
ingot_frame_field() {
  local file=$1
  shift
  ingot_tidy "$file"
  if IFS= read -r -d '' -n 4097 ingot_field <"$file" || ((\${#ingot_field} > 4096)); then
    ingot_field=b$("$@" "$file" | base64 -w0)
    return
  fi
  ingot_field=\${ingot_field//'%'/%25}
  ingot_field=\${ingot_field//':'/%3A}
  ingot_field=\${ingot_field//$'\\r'/%0D}
  ingot_field=t\${ingot_field//$'\\n'/%0A}
}
# Ends, with all that it started, every probe whose time is over. It sleeps without a process of its own, on a pipe that nobody writes to.
ingot_watch_over() {
  local due pid until
  while :; do
    read -r -t 1 -u "$ingot_quiet"
    ingot_now
    for due in "$ingot_scratch"/*.due; do
      { read -r pid until <"$due"; } 2>/dev/null && ((ingot_ms > until)) && kill -KILL -- "-$pid"
    done
  done
}
# Runs a probe in a fork of this very shell: starting another for each would cost an emulated guest more than most probes do.
ingot_probe() {
  local ingot_name=$1 ingot_limit=$2 ingot_run=$3 ingot_file=$ingot_scratch/$BASHPID ingot_status ingot_started ingot_out ingot_pid
  shift 3
  set -m
  ingot_now; ingot_started=$ingot_ms
  (set +m; eval "$ingot_run") </dev/null >"$ingot_file.out" 2>"$ingot_file.err" &
  ingot_pid=$!
  echo "$ingot_pid $((ingot_started + ingot_limit * 1000))" >"$ingot_file.due"
  wait "$ingot_pid"
  ingot_status=$?
  : >"$ingot_file.due"
  ingot_now
  ingot_frame_field "$ingot_file.out" head -c "$ingot_most_bytes"; ingot_out=$ingot_field
  ingot_frame_field "$ingot_file.err" tail -c 4096
  printf '%s:%s:%s:%s:%s:%s:end\\n' "$ingot_mark" "$ingot_name" "$ingot_status" $((ingot_ms - ingot_started)) "$ingot_out" "$ingot_field"
}
trap ingot_end EXIT
mkfifo "$ingot_scratch/quiet" && exec {ingot_quiet}<>"$ingot_scratch/quiet" || exit 70
ingot_watch_over &
ingot_watch=$!
disown
`;
