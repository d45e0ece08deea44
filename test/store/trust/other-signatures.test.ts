import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkOtherwise, signOtherwise } from '../../../scripts/store/trust/other-signatures.ts';
import { fakeHost } from '../../support/fake-host.ts';

const ANSWERS = [
  { command: 'gpg --batch', stdout: '-----BEGIN PGP SIGNATURE-----\n' },
  { command: 'cosign sign-blob', effect: (argv: readonly string[]) => writeFileSync(argv[argv.indexOf('--bundle') + 1] ?? '', 'bundle') },
  { command: 'gpgv', stdout: `[GNUPG:] VALIDSIG ${'A'.repeat(40)} 2026-11-22\n` },
  { command: 'cosign verify-blob', exitCode: 1, stderr: 'no match\n' },
];

test('nothing is signed or checked that nobody asked for', async () => {
  const host = fakeHost();
  expect(await signOtherwise(host, 'sums')).toEqual([]);
  expect(await checkOtherwise(host, { 'SHA256SUMS.asc': 'x' })).toEqual([]);
});

test('what was asked for lies beside the list of digests', async () => {
  const host = fakeHost(ANSWERS, { env: { INGOT_GPG_KEY: 'me', INGOT_COSIGN_KEY: 'k' } });
  expect((await signOtherwise(host, 'sums')).map(({ name }) => name)).toEqual(['SHA256SUMS.asc', 'SHA256SUMS.cosign.bundle']);
});

test('who names a key has its signature kept to, also when it is missing', async () => {
  const host = fakeHost(ANSWERS, { env: { INGOT_GPG_KEYRING: 'r', INGOT_COSIGN_PUBLIC_KEY: 'k' } });
  expect(await checkOtherwise(host, { SHA256SUMS: 's', 'SHA256SUMS.asc': 'a', 'SHA256SUMS.cosign.bundle': 'b' })).toEqual([
    { link: 'SHA256SUMS.asc', outcome: 'pass', found: `signed by ${'A'.repeat(40)}` },
    { link: 'SHA256SUMS.cosign.bundle', outcome: 'fail', found: 'no match' },
  ]);
  expect((await checkOtherwise(host, { SHA256SUMS: 's' })).map(({ found }) => found)).toEqual(['missing', 'missing']);
});
