import { expect, test } from 'vitest';
import { readRepomd } from '../../scripts/plan/repomd.ts';

const entry = (type: string, digest: string): string =>
  `<data type="${type}"><checksum type="sha256">${digest}</checksum><open-checksum type="sha256">ffff</open-checksum><location href="x"/></data>`;

test('what of repomd.xml changes when packages, groups or modules do', () => {
  const text = `<repomd>${entry('primary', 'aa11')}${entry('filelists', 'bb22')}${entry('modules', 'cc33')}</repomd>`;
  expect(readRepomd(text)).toEqual(['aa11 primary', 'cc33 modules']);
  expect(readRepomd('<html>not found</html>')).toEqual([]);
});
