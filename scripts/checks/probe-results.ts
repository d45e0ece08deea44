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
    results.set(decode(name), { exitCode, seconds, timedOut, stdout: decode(out), stderr: decode(error) });
  }
  return results;
}

/** The word that begins each frame. */
export function frameMark(nonce: string): string {
  return `ingot-${nonce}`;
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}
