import { expect, test } from 'vitest';
import { envelopeText, openEnvelope, payloadOf, preAuthEncoding } from '../../scripts/plan/dsse.ts';

test('what is signed is the encoding that DSSE describes, with lengths in bytes', () => {
  expect(preAuthEncoding('hello world', 'http://example.com/HelloWorld')).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  expect(preAuthEncoding('é', 't')).toBe('DSSEv1 1 t 2 é');
});

test('an envelope gives back what was put into it', () => {
  const payload = payloadOf({ b: 'ünï', a: 1 });
  expect(payload).toBe('{"a":1,"b":"ünï"}');
  const text = envelopeText(payload, { keyid: 'SHA256:x', sig: '-----BEGIN\n' });
  expect(openEnvelope(text)).toEqual({ payload, signature: '-----BEGIN\n' });
  expect(JSON.parse(text)).toMatchObject({ payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: 'SHA256:x' }] });
  expect(openEnvelope(envelopeText(payload, undefined))).toEqual({ payload, signature: undefined });
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"payloadType":"text/html","payload":"","signatures":[]}',
  '{"payloadType":"application/vnd.in-toto+json","payload":1,"signatures":[]}',
])('%j is no envelope', (text) => {
  expect(openEnvelope(text)).toBeUndefined();
});
