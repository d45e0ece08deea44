import { frameMark } from './probe-results.ts';
import { shellWord } from './shell-word.ts';

/** One thing to run, and the name under which its result comes back. */
export interface NamedProbe {
  readonly name: string;
  readonly run: string;
  /** Changes the machine for a moment: it runs after all others, alone. */
  readonly exclusive?: boolean;
}

export interface ProbeScriptRequest {
  readonly nonce: string;
  readonly timeoutSeconds: number;
  readonly env: Readonly<Record<string, string>>;
  readonly probes: readonly NamedProbe[];
  /** Default 64 KiB: a probe that prints more says too much to be judged by its text. */
  readonly mostOutputBytes?: number;
}

/** Functions that run probes and frame what they print; the beginning of every collector. Needs bash 4 and coreutils only. */
export function probeFunctions({ nonce, timeoutSeconds, env, mostOutputBytes = 65_536 }: Omit<ProbeScriptRequest, 'probes'>): string {
  return `set -uo pipefail
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
${Object.entries(env)
  .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
  .join('')}\
ingot_scratch=$(mktemp -d) || exit 70
trap 'rm -rf "$ingot_scratch"' EXIT
export INGOT_SCRATCH=$ingot_scratch
ingot_now() {
  if [[ -n \${EPOCHREALTIME:-} ]]; then ingot_ms=$(( \${EPOCHREALTIME//[.,]/} / 1000 )); else ingot_ms=$(( SECONDS * 1000 )); fi
}
# once COMMAND...: for commands that are dear and that many probes ask; each is run once in a collection, by the first.
once() {
  local file=$INGOT_SCRATCH/once.\${*//[!A-Za-z0-9]/_}
  [[ -e $file.status ]] || {
    flock 9
    [[ -e $file.status ]] || { "$@" >"$file"; echo "$?" >"$file.status"; }
  } 9>"$file.lock"
  printf '%s\\n' "$(<"$file")"
  return "$(<"$file.status")"
}
export -f once
# Sets ingot_field: as it is where that is short text, with four characters escaped (no process: a process is what costs in an emulated guest), else base64.
ingot_frame_field() {
  local file=$1
  shift
  if IFS= read -r -d '' -n 4097 ingot_field <"$file" || ((\${#ingot_field} > 4096)); then
    ingot_field=b$("$@" "$file" | base64 -w0)
    return
  fi
  ingot_field=\${ingot_field//'%'/%25}
  ingot_field=\${ingot_field//':'/%3A}
  ingot_field=\${ingot_field//$'\\r'/%0D}
  ingot_field=t\${ingot_field//$'\\n'/%0A}
}
ingot_probe() {
  local name=$1 limit=$2 run=$3 file=$ingot_scratch/$BASHPID status started out
  ingot_now; started=$ingot_ms
  timeout -k 5 "$limit" bash -uo pipefail -c "$run" </dev/null >"$file.out" 2>"$file.err"
  status=$?
  ingot_now
  ingot_frame_field "$file.out" head -c ${mostOutputBytes}; out=$ingot_field
  ingot_frame_field "$file.err" tail -c 4096
  printf '%s:%s:%s:%s:%s:%s:end\\n' ${frameMark(nonce)} "$name" "$status" $(( ingot_ms - started )) "$out" "$ingot_field"
}
ingot_limit=${timeoutSeconds}
`;
}

/** The lines that run the probes, in order, by the functions above. */
export function probeCalls(probes: readonly NamedProbe[], limit = '"$ingot_limit"'): string {
  return probes.map(({ name, run }) => `ingot_probe ${Buffer.from(name).toString('base64')} ${limit} ${shellWord(run)}\n`).join('');
}

/** The lines that run the probes side by side, then those that must be alone; what they print comes when all have ended. */
export function probeLanes(probes: readonly NamedProbe[], lanes: number): string {
  const shared = probes.filter(({ exclusive }) => exclusive !== true);
  const parts = Array.from({ length: lanes }, (_, lane) => shared.filter((_probe, at) => at % lanes === lane)).filter(({ length }) => length > 0);
  const starts = parts.map((part, lane) => `(\n${probeCalls(part)}) >"$ingot_scratch/lane.${lane}" &\ningot_lanes+=($!)\n`);
  const ends = parts.length === 0 ? '' : 'wait "${ingot_lanes[@]}"\ncat "$ingot_scratch"/lane.*\n';
  return `ingot_lanes=()\n${starts.join('')}${ends}${probeCalls(probes.filter(({ exclusive }) => exclusive === true))}`;
}
