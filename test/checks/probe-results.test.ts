import { describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';

const b64 = (text: string): string => Buffer.from(text).toString('base64');
const frame = (
  fields: { readonly nonce?: string; readonly status?: string; readonly ms?: string; readonly out?: string; readonly err?: string; readonly end?: string } = {},
): string =>
  `ingot-${fields.nonce ?? 'abc'}:${b64('web.x sealed')}:${fields.status ?? '0'}:${fields.ms ?? '1500'}:${fields.out ?? `b${b64('out')}`}:${fields.err ?? 'terr'}:${fields.end ?? 'end'}`;
const parse = (text: string) => parseProbeResults(text, { nonce: 'abc', timeoutSeconds: 20 });

describe('parseProbeResults', () => {
  test('reads a frame among the noise of a guest', () => {
    expect([...parse(`motd\r\n${frame()}\r\nbye\n`)]).toEqual([['web.x sealed', { exitCode: 0, stdout: 'out', stderr: 'err', seconds: 1.5, timedOut: false }]]);
  });

  test('text comes escaped, anything else in base64', () => {
    const found = parse(frame({ out: 'ta%3Ab%0A100%25%0D', err: 'b/w==' })).get('web.x sealed');
    expect(found).toMatchObject({ stdout: 'a:b\n100%\r', stderr: '\uFFFD' });
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
