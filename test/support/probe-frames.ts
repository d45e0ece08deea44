import { frameMark } from '../../scripts/checks/probe-results.ts';

/** The output of a probe script: what each probe printed. */
export function probeFrames(nonce: string, outputs: Readonly<Record<string, string>>): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return Object.entries(outputs)
    .map(([name, stdout]) => `${frameMark(nonce)}:${base64(name)}:0:10:b${base64(stdout)}:t:end\n`)
    .join('');
}
