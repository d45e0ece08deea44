import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkedText, checkSeparate, type SignedFile } from '../../scripts/stages/check-signature.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

interface Answered {
  readonly host: FakeHost;
  readonly file: SignedFile;
}

/** A host whose gpgv ends like this, and a file to ask it about. */
function answered(exitCode: number, status: string, key?: SignedFile['key']): Answered {
  const effect = (argv: readonly string[]): void => {
    const at = argv.indexOf('--output');
    if (at > 0) writeFileSync(argv[at + 1] ?? '', 'what was signed');
  };
  const host = fakeHost([{ command: 'gpgv', exitCode, stdout: status, stderr: 'gpgv: words', effect }, { command: 'gpg' }]);
  const signedBy = join(host.dir, 'ring.gpg');
  writeFileSync(signedBy, 'keys');
  writeFileSync(join(host.dir, 'own.gpg'), 'key');
  return { host, file: { path: join(host.dir, 'InRelease'), url: 'http://mirror.example/InRelease', workDir: host.dir, signedBy, key } };
}

const GOOD = '[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 871920D1991BC93C An archive\n';
const UNKNOWN = '[GNUPG:] NEWSIG\n[GNUPG:] ERRSIG 3B4FE6ACC0B21F32 1 10 01 1587663257 9 -\n[GNUPG:] NO_PUBKEY 3B4FE6ACC0B21F32\n';
const BAD = '[GNUPG:] NEWSIG\n[GNUPG:] BADSIG 3B4FE6ACC0B21F32 An archive\n';
const OWN = { id: 'own', fingerprint: 'F'.repeat(40) };

test('gives what was signed, and nothing else of the file', async () => {
  const { host, file } = answered(0, GOOD);
  expect(await checkedText(host, file)).toBe('what was signed');
});

test('a pinned key is asked instead of the key ring', async () => {
  const { host, file } = answered(0, GOOD, OWN);
  await checkSeparate(host, file);
  expect(host.commands.at(-1)).toContain(`--keyring ${join(host.dir, 'own.gpg')} `);
});

test('a second signature, by a key that is not asked for, takes nothing from a good one', async () => {
  for (const status of [`${GOOD}${UNKNOWN}`, `${UNKNOWN}${GOOD}`]) {
    const { host, file } = answered(2, status, OWN);
    expect(await checkedText(host, file)).toBe('what was signed');
  }
});

test.each([
  ['only by an unknown key', UNKNOWN],
  ['in a way that is wrong, beside a good one', `${GOOD}${BAD}`],
  ['well, with another message behind it', `${GOOD}[GNUPG:] ERROR proc_pkt.plaintext 89_BAD_DATA\n`],
  ['well in one of two messages', `[GNUPG:] PLAINTEXT 74 0 \n${UNKNOWN}[GNUPG:] PLAINTEXT 74 0 \n${GOOD}`],
  ['by a key that has expired, beside a good one', `${GOOD}[GNUPG:] NEWSIG\n[GNUPG:] EXPKEYSIG 3B4FE6ACC0B21F32 An archive\n`],
  ['in a way that cannot be checked, beside a good one', `${GOOD}${UNKNOWN.replace(' 9 -', ' 4 -')}`],
  ['by nobody', ''],
])('a file that is signed %s is refused', async (_title, status) => {
  const pinned = answered(2, status, OWN);
  await expect(checkedText(pinned.host, pinned.file)).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
    what: `The signature of http://mirror.example/InRelease is not by the key own (${OWN.fingerprint})`,
  });
  const ring = answered(2, status);
  await expect(checkedText(ring.host, ring.file)).rejects.toThrow(`is not by a key in ${ring.file.signedBy}`);
});

test('a host without the key ring is told so', async () => {
  const { host, file } = answered(2, '');
  await expect(checkedText(host, { ...file, signedBy: '/none.gpg' })).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
});
