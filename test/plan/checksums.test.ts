import { describe, expect, test } from 'vitest';
import { checksumOf } from '../../scripts/plan/checksums.ts';

const S256 = 'ec3cdc1bf496078f645ccc8ac823e17609658753477ebc4e5fb730729ac5b434';
const S512 = '6c2607f1846ee86040830c87d0b723f0967da3e884ea4673d9db4aa8eee13a4b7c663524bfa42082c16fc6919f3aa1bf425c004d07ff06c53a319ad0c42647bb';
const OTHER = 'f'.repeat(64);
const FILE = 'a-1.qcow2';
const BASE64 = Buffer.from(S512, 'hex').toString('base64');

const debianSidecar = (digest: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { kind: 'Build', data: { info: { arch: 'amd64', version: '20260712-2537' } } },
      {
        kind: 'Upload',
        data: { provider: 'cloud.debian.org', ref: 'bookworm/1/a-1.tar.xz' },
        metadata: { annotations: { 'cloud.debian.org/digest': `sha512:${Buffer.from('0'.repeat(128), 'hex').toString('base64')}` } },
      },
      { kind: 'Upload', data: { provider: 'cloud.debian.org', ref: `bookworm/1/${FILE}` }, metadata: { annotations: { 'cloud.debian.org/digest': digest } } },
    ],
  });
const oracleTemplate = JSON.stringify({
  base_url: '/templates/OracleLinux/OL8/u10/x86_64',
  ova: { image: 'a-1.ova', sha256: OTHER },
  kvm: { image: FILE, sha256: S256, size: 1 },
});
const customerList = JSON.stringify({
  pagination: { count: 2 },
  body: [
    { imageName: 'Boot ISO', filename: 'a-1.iso', checksum: OTHER, downloadHref: `https://api.example/images/${OTHER}/download` },
    { imageName: 'KVM Guest Image', filename: FILE, checksum: S256, downloadHref: `https://api.example/images/${S256}/download`, datePublished: '2024-05-22' },
  ],
});

describe('checksumOf', () => {
  test.each([
    ['GNU text', `${OTHER}  b.img\n${S256}  ${FILE}\n`, S256],
    ['GNU binary star', `${S256} *${FILE}\n${OTHER} *b.img\n`, S256],
    ['GNU with the folder itself', `${S256}  ./${FILE}\n`, S256],
    ['GNU, SHA-512', `${S512}  ${FILE}\n`, S512],
    ['GNU in capitals', `${S256.toUpperCase()}  ${FILE}\n`, S256],
    ['GNU with the line ends of Windows', `${S256}  ${FILE}\r\n`, S256],
    ['BSD', `# ${FILE}: 1 bytes\nSHA256 (${FILE}) = ${S256}\nSHA256 (b.img) = ${OTHER}\n`, S256],
    ['BSD, SHA-512', `SHA512 (${FILE}) = ${S512}\n`, S512],
    ['OpenSSL', `SHA2-256(${FILE})= ${S256}\n`, S256],
    ['inside a clear signature', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (${FILE}) = ${S256}\n-----BEGIN PGP SIGNATURE-----\n`, S256],
    ['both hashes: the longer one', `${S256}  ${FILE}\n${S512}  ${FILE}\n`, S512],
    ['the same line twice', `${S256}  ${FILE}\n${S256} *${FILE}\n`, S256],
    ['Debian’s sidecar, base64 without padding', debianSidecar(`sha512:${BASE64.replaceAll('=', '')}`), S512],
    ['Debian’s sidecar, base64 with padding', debianSidecar(`sha512:${BASE64}`), S512],
    ['Oracle’s template', oracleTemplate, S256],
    ['a list for customers', customerList, S256],
    ['JSON by file name', JSON.stringify({ [FILE]: { sha256: S256 }, 'b.img': { sha256: OTHER } }), S256],
    ['JSON of names and digests', JSON.stringify({ [FILE]: S256, 'b.img': OTHER }), S256],
  ])('reads %s', (_form, text, hex) => {
    expect(checksumOf(text, FILE)).toEqual({ algorithm: hex.length === 64 ? 'sha256' : 'sha512', hex });
  });

  test.each([
    ['an empty file', ''],
    ['another file', `${S256}  b.img\n`],
    ['a file of another folder', `${S256}  old/${FILE}\n`],
    ['a longer name', `${S256}  ${FILE}.asc\n`],
    ['a digest that is too short', `${S256.slice(1)}  ${FILE}\n`],
    ['a BSD line whose hash is not what it says', `SHA512 (${FILE}) = ${S256}\n`],
    ['MD5', `MD5 (${FILE}) = ${S256.slice(0, 32)}\n`],
    ['a page instead of the file', `<html><a href="${FILE}">${FILE}</a> ${S256}</html>`],
    ['JSON of another file', oracleTemplate.replace(FILE, 'c.qcow2')],
    ['a digest that is not the hash it says', debianSidecar(`sha512:${S256}`)],
    ['JSON without digests', JSON.stringify({ image: FILE, size: 12 })],
  ])('finds nothing in %s', (_form, text) => {
    expect(checksumOf(text, FILE)).toBeUndefined();
  });

  test('refuses a file that gives one image two digests', () => {
    expect(() => checksumOf(`${S256}  ${FILE}\n${OTHER} *${FILE}\n`, FILE)).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH', what: expect.stringContaining('2 different digests') as string }) as Error,
    );
  });

  test('refuses JSON that is cut off', () => {
    expect(() => checksumOf(oracleTemplate.slice(0, -1), FILE)).toThrow(expect.objectContaining({ code: 'DIGEST_MISMATCH' }) as Error);
  });
});
