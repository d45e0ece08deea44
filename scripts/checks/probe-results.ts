/** What one probe gave back. */
export interface ProbeResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly timedOut: boolean;
}

const TIMEOUT_STATUSES: readonly number[] = [124, 137];

/** Reads the frames that a probe script printed: one line a probe, by the nonce of this run; all else is noise of the guest. */
export function parseProbeResults(
  stdout: string,
  { nonce, timeoutSeconds }: { readonly nonce: string; readonly timeoutSeconds: number },
): ReadonlyMap<string, ProbeResult> {
  const results = new Map<string, ProbeResult>();
  for (const line of stdout.split('\n')) {
    const [mark, name, status, milliseconds, out, error, end] = line.trimEnd().split(':');
    if (mark !== frameMark(nonce) || end !== 'end' || name === undefined) continue;
    const exitCode = Number(status);
    const seconds = Number(milliseconds) / 1000;
    if (!Number.isInteger(exitCode) || !Number.isFinite(seconds)) continue;
    const timedOut = TIMEOUT_STATUSES.includes(exitCode) && seconds >= timeoutSeconds - 1;
    results.set(decode(name), { exitCode, seconds, timedOut, stdout: fieldText(out), stderr: fieldText(error) });
  }
  return results;
}

/** The word that begins each frame. */
export function frameMark(nonce: string): string {
  return `ingot-${nonce}`;
}

const ESCAPED: Readonly<Record<string, string>> = { '%25': '%', '%3A': ':', '%0D': '\r', '%0A': '\n' };

/** `t` and text with four characters escaped, or `b` and base64. */
function fieldText(field = ''): string {
  return field.startsWith('t') ? field.slice(1).replaceAll(/%(?:25|3A|0D|0A)/g, (code) => ESCAPED[code] ?? code) : decode(field.slice(1));
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}
