import { frameMark } from './probe-results.ts';
import { shellWord } from './shell-word.ts';

/** One thing to run, and the name under which its result comes back. */
export interface NamedProbe {
  readonly name: string;
  readonly run: string;
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
ingot_now() {
  if [[ -n \${EPOCHREALTIME:-} ]]; then ingot_ms=$(( \${EPOCHREALTIME//[.,]/} / 1000 )); else ingot_ms=$(( SECONDS * 1000 )); fi
}
ingot_probe() {
  local name=$1 limit=$2 run=$3 status started
  ingot_now; started=$ingot_ms
  timeout -k 5 "$limit" bash -uo pipefail -c "$run" </dev/null >"$ingot_scratch/out" 2>"$ingot_scratch/err"
  status=$?
  ingot_now
  printf '%s:%s:%s:%s:%s:%s:end\\n' ${frameMark(nonce)} "$name" "$status" $(( ingot_ms - started )) \\
    "$(head -c ${mostOutputBytes} "$ingot_scratch/out" | base64 -w0)" "$(tail -c 4096 "$ingot_scratch/err" | base64 -w0)"
}
ingot_limit=${timeoutSeconds}
`;
}

/** The lines that run the probes, in order, by the functions above. */
export function probeCalls(probes: readonly NamedProbe[], limit = '"$ingot_limit"'): string {
  return probes.map(({ name, run }) => `ingot_probe ${Buffer.from(name).toString('base64')} ${limit} ${shellWord(run)}\n`).join('');
}
