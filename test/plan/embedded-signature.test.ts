import { expect, test } from 'vitest';
import { embedSignature, splitSignature } from '../../scripts/plan/embedded-signature.ts';

const SIGNATURE = '-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAA+/=\n-----END SSH SIGNATURE-----\n';

test.each([
  ['pretty', `${JSON.stringify({ kind: 'StoreIndex', channels: { a: { b: 'c' } } }, undefined, 2)}\n`],
  ['compact', `${JSON.stringify({ kind: 'StoreIndex', channels: {} })}\n`],
])('%s text comes back byte for byte, and the file stays JSON with one more field', (_name, text) => {
  const file = embedSignature(text, SIGNATURE);
  expect(JSON.parse(file)).toEqual({ ...JSON.parse(text), signature: SIGNATURE });
  expect(splitSignature(file)).toEqual({ text, signature: SIGNATURE });
});

test('a file without a signature is all text', () => {
  for (const file of ['', '{}\n', '{"signature": 1}\n', '{\n  "a": ", \\"signature\\": "\n}\n'])
    expect(splitSignature(file)).toEqual({ text: file, signature: undefined });
});

test('any change of any byte changes the text or the signature', () => {
  const text = `${JSON.stringify({ kind: 'StoreIndex', generation: 7 }, undefined, 2)}\n`;
  const file = embedSignature(text, SIGNATURE);
  for (let at = 0; at < file.length; at += 1) {
    const changed = `${file.slice(0, at)}${file[at] === 'x' ? 'y' : 'x'}${file.slice(at + 1)}`;
    expect(splitSignature(changed), `byte ${at}`).not.toEqual({ text, signature: SIGNATURE });
  }
});
