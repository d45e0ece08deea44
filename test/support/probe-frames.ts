import { frameMark } from '../../scripts/checks/probe-results.ts';

/** The output of a probe script: what each probe printed. */
export function probeFrames(nonce: string, outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .map(([name, stdout]) => probeFrame(nonce, name, { stdout }))
    .join('');
}

interface Framed {
  readonly stdout?: string;
  readonly status?: number;
  readonly milliseconds?: number;
}

/** What a probe script prints of one probe. */
export function probeFrame(nonce: string, name: string, { stdout = '', status = 0, milliseconds = 10 }: Framed): string {
  return `${frameMark(nonce)}:${base64(name)}:${status}:${milliseconds}:b${base64(stdout)}:t:end\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
