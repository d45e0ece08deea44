import { frameMark } from './probe-results.ts';
import { PROBE_RUNNER } from './probe-runner.ts';
import { shellWord } from '../model/shell-word.ts';

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

/** Functions that run probes and frame what they print; the beginning of every collector. Needs Linux, bash 4 and coreutils only. */
export function probeFunctions({ nonce, timeoutSeconds, env, mostOutputBytes = 65_536 }: Omit<ProbeScriptRequest, 'probes'>): string {
  return `set -uo pipefail
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
${Object.entries(env)
  .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
  .join('')}\
ingot_scratch=$(mktemp -d) || exit 70
ingot_mark=${frameMark(nonce)} ingot_time=${timeoutSeconds} ingot_most_bytes=${mostOutputBytes}
${PROBE_RUNNER}`;
}

/** The lines that run the probes, in order, by the functions above. */
export function probeCalls(probes: readonly NamedProbe[], limit = '"$ingot_time"'): string {
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
