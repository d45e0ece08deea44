import { describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const frame = (fields: { readonly nonce?: string; readonly status?: string; readonly ms?: string; readonly end?: string } = {}): string =>
  `ingot-${fields.nonce ?? 'abc'}:${b64('web.x sealed')}:${fields.status ?? '0'}:${fields.ms ?? '1500'}:${b64('out')}:${b64('err')}:${fields.end ?? 'end'}`;
const parse = (text: string) => parseProbeResults(text, { nonce: 'abc', timeoutSeconds: 20 });

describe('parseProbeResults', () => {
  test('reads a frame among the noise of a guest', () => {
    expect([...parse(`motd\r\n${frame()}\r\nbye\n`)]).toEqual([['web.x sealed', { exitCode: 0, stdout: 'out', stderr: 'err', seconds: 1.5, timedOut: false }]]);
  });

  test.each([
    ['of another run', frame({ nonce: 'abd' })],
    ['that was cut off', frame().slice(0, -2)],
    ['without a status', frame({ status: 'x' })],
    ['without a time', frame({ ms: 'soon' })],
  ])('a frame %s is no result', (_what, text) => {
    expect(parse(text).size).toBe(0);
  });

  test('tells a time-out from a status that looks like one', () => {
    expect(parse(frame({ status: '124', ms: '20010' })).get('web.x sealed')?.timedOut).toBe(true);
    expect(parse(frame({ status: '137', ms: '25000' })).get('web.x sealed')?.timedOut).toBe(true);
    expect(parse(frame({ status: '124', ms: '30' })).get('web.x sealed')?.timedOut).toBe(false);
  });
});
