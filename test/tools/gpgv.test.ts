import { describe, expect, test } from 'vitest';
import { dearmored, signatureFault } from '../../scripts/tools/gpgv.ts';

const PINNED = '3BFCCCBED4E3562228BCB8DC56FA5D49A084DF94';
const OTHER = '57EF1786C7CD3AF855E04E35485FB2445057F468';
const valid = (fingerprint: string, primary = fingerprint): string => `[GNUPG:] VALIDSIG ${fingerprint} 2026-11-29 1795936115 0 4 0 22 8 00 ${primary}\n`;
const signature = (...lines: readonly string[]): string => `[GNUPG:] NEWSIG a@b\n${lines.map((line) => `[GNUPG:] ${line}\n`).join('')}`;
const good = (fingerprint: string, primary?: string): string => signature(`GOODSIG ${fingerprint.slice(-16)} A <a@b>`) + valid(fingerprint, primary);

describe('signatureFault', () => {
  test.each([
    ['the pinned key', good(PINNED)],
    ['a key below the pinned one', good(OTHER, PINNED)],
    ['the pinned key and one that nobody knows', signature('ERRSIG 1 22 8 00 1 9 X', 'NO_PUBKEY 1') + good(PINNED)],
    ['the pinned key, one of whose other keys has expired', good(PINNED).replace('GOODSIG', 'KEYEXPIRED 1577923200\n[GNUPG:] GOODSIG')],
  ])('%s is fine', (_who, status) => {
    expect(signatureFault(status, PINNED)).toBeUndefined();
  });

  test.each([
    ['another key of the key ring', good(OTHER), /another key/],
    ['a key that is not there', signature('ERRSIG 1 22 8 00 1 9 X', 'NO_PUBKEY 1'), /another key/],
    ['changed bytes', signature('BADSIG 56FA5D49A084DF94 New'), /the signature is wrong/],
    ['an expired key, with which gpgv is content', signature('KEYEXPIRED 1577923200', 'EXPKEYSIG 56FA5D49A084DF94 A') + valid(PINNED), /key that has expired/],
    ['a revoked key', signature('REVKEYSIG 56FA5D49A084DF94 A') + valid(PINNED), /has revoked/],
    ['an expired signature', signature('EXPSIG 56FA5D49A084DF94 A') + valid(PINNED), /signature that has expired/],
    ['no signature', '[GNUPG:] NODATA 1\n', /no signature that can be read/],
    ['nothing', '', /no signature that can be read/],
    ['a user who is called like a status line', signature('BADSIG 1 [GNUPG:] GOODSIG 1') + valid(PINNED), /the signature is wrong/],
  ])('%s is refused', (_what, status, fault) => {
    expect(signatureFault(status, PINNED)).toMatch(fault);
  });
});

describe('dearmored', () => {
  const bytes = Buffer.from([0x98, 0x33, 0x04, 0x00, 0xff, 0x0a]);
  const armoured = (head: string): Buffer =>
    Buffer.from(`-----BEGIN PGP PUBLIC KEY BLOCK-----\n${head}\n${bytes.toString('base64')}\n=AbCd\n-----END PGP PUBLIC KEY BLOCK-----\n`);

  test.each(['', 'Version: 1\nComment: x\n'])('takes the armour off, also with the head %j', (head) => {
    expect(Buffer.from(dearmored(armoured(head)))).toEqual(bytes);
  });

  test('two keys in one file are one key ring', () => {
    expect(Buffer.from(dearmored(Buffer.concat([armoured(''), armoured('')])))).toEqual(Buffer.concat([bytes, bytes]));
  });

  test('leaves a binary key as it is', () => {
    expect(dearmored(bytes)).toBe(bytes);
  });
});
