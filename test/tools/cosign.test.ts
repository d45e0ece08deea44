import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkCosignBundle, cosignSignArgv, cosignVerifyArgv, signWithCosign } from '../../scripts/tools/cosign.ts';
import { fakeHost } from '../support/fake-host.ts';

const FILES = { key: 'k.key', bundlePath: '/s/bundle', textPath: '/s/text' };

test('the commands', () => {
  expect(cosignSignArgv(FILES).join(' ')).toBe('cosign sign-blob --yes --tlog-upload=false --key k.key --bundle /s/bundle /s/text');
  expect(cosignVerifyArgv(FILES).join(' ')).toBe('cosign verify-blob --insecure-ignore-tlog=true --key k.key --bundle /s/bundle /s/text');
});

test('what cosign wrote is the bundle, and its verdict is the answer', async () => {
  const host = fakeHost([
    { command: 'cosign sign-blob', effect: (argv) => writeFileSync(argv[argv.indexOf('--bundle') + 1] ?? '', 'the bundle') },
    { command: 'cosign verify-blob' },
  ]);
  expect(await signWithCosign(host, { key: 'k.key', text: 't' })).toBe('the bundle');
  expect(await checkCosignBundle(host, { key: 'k.pub', text: 't', bundle: 'the bundle' })).toEqual({ signer: 'k.pub' });
});

test('a refusal is told in its words', async () => {
  const host = fakeHost([{ command: 'cosign', exitCode: 1, stderr: 'Error: loading key\nError: no such key\n' }]);
  await expect(signWithCosign(host, { key: 'k.key', text: 't' })).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    details: ['Error: loading key', 'Error: no such key'],
  });
  expect(await checkCosignBundle(host, { key: 'k.pub', text: 't', bundle: 'b' })).toEqual({ reason: 'Error: no such key' });
});
