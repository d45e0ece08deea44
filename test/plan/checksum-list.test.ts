import { expect, test } from 'vitest';
import { formatChecksums, parseChecksums } from '../../scripts/plan/checksum-list.ts';

const A = { sha256: 'a'.repeat(64), name: 'a.txt' };
const B = { sha256: 'b'.repeat(64), name: 'b-1.json' };

test('is sorted by name and read back', () => {
  const text = formatChecksums([B, A]);
  expect(text).toBe(`${A.sha256}  a.txt\n${B.sha256}  b-1.json\n`);
  expect(parseChecksums(text)).toEqual([A, B]);
});

test.each([
  ['', 'nothing'],
  [`${A.sha256}  a.txt`, 'cut off'],
  [`${A.sha256}  ../a.txt\n`, 'a way out of the folder'],
  [`${A.sha256}  /etc/passwd\n`, 'an absolute path'],
  [`${A.sha256} *a.txt\n`, 'another mode'],
  [`${A.sha256}  a.txt\n${B.sha256}  a.txt\n`, 'a name twice'],
  [`${A.sha256}  a.txt\n\n`, 'an empty line'],
  [`${'g'.repeat(64)}  a.txt\n`, 'no digest'],
  [`${A.sha256}  -rf\n`, 'an option'],
])('%j is refused: %s', (text) => {
  expect(parseChecksums(text)).toBeUndefined();
});
