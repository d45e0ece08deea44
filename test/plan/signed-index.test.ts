import { describe, expect, test } from 'vitest';
import { readSignedIndex } from '../../scripts/plan/signed-index.ts';

const sha = (digit: string): string => digit.repeat(64);

const INDEX = `Origin: Testian
Codename: first
Date: Sun, 22 Nov 2026 08:00:00 UTC
Valid-Until: Sun, 29 Nov 2026 08:00:00 UTC
Components: main extra
MD5Sum:
 ${'d'.repeat(32)}     1000 main/binary-amd64/Packages
SHA256:
 ${sha('a')}  1000 main/binary-amd64/Packages
 ${sha('b')}   300 main/binary-amd64/Packages.xz
 ${sha('c')}   400 main/binary-arm64/Packages
 ${sha('d')}   500 main/source/Sources.gz
 ${sha('e')}   600 extra/binary-amd64/Packages.gz
 ${sha('f')}   700 main/binary-amd64/Release
SHA512:
 ${sha('9')}  1000 main/binary-amd64/Packages.gz
`;

describe('readSignedIndex', () => {
  test('keeps the package lists of the components and the architecture that we use, sorted', () => {
    expect(readSignedIndex(INDEX, ['main']).lines).toEqual([`${sha('a')} 1000 main/binary-amd64/Packages`, `${sha('b')} 300 main/binary-amd64/Packages.xz`]);
    expect(readSignedIndex(INDEX, ['main', 'extra']).lines).toHaveLength(3);
    expect(readSignedIndex(INDEX, ['main'], 'arm64').lines).toEqual([`${sha('c')} 400 main/binary-arm64/Packages`]);
  });

  test('is the same when the index is merely signed again, and another when a package changed', () => {
    const again = INDEX.replace('Date: Sun, 22 Nov', 'Date: Mon, 23 Nov').replace('Valid-Until: Sun, 29', 'Valid-Until: Mon, 30').replace(sha('f'), sha('0'));
    expect(readSignedIndex(again, ['main']).lines).toEqual(readSignedIndex(INDEX, ['main']).lines);
    expect(readSignedIndex(INDEX.replace(sha('b'), sha('0')), ['main']).lines).not.toEqual(readSignedIndex(INDEX, ['main']).lines);
  });

  test('reads until when it holds, and what it is of', () => {
    expect(readSignedIndex(INDEX, ['main'])).toMatchObject({ codename: 'first', validUntil: new Date('2026-11-29T08:00:00Z') });
    expect(readSignedIndex(INDEX.replace(/^Valid-Until.*\n/m, ''), ['main']).validUntil).toBeUndefined();
  });

  test('has no lines where there are none: other components, other hashes, no index at all', () => {
    expect(readSignedIndex(INDEX, ['contrib']).lines).toEqual([]);
    expect(readSignedIndex(INDEX.replace('SHA256:', 'SHA1:'), ['main']).lines).toEqual([]);
    expect(readSignedIndex('<html>Please log in to the hotel network</html>', ['main'])).toEqual({ lines: [], validUntil: undefined, codename: '' });
    expect(readSignedIndex('', ['main']).lines).toEqual([]);
  });

  test('believes no hash line before the section has begun, and none after it has ended', () => {
    const [head = '', tail = ''] = INDEX.split('SHA256:\n');
    expect(readSignedIndex(`${tail}${head}`, ['main']).lines).toEqual([]);
  });
});
