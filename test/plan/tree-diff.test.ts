import { expect, test } from 'vitest';
import type { TreeEntry } from '../../scripts/model/tree.ts';
import { diffTrees } from '../../scripts/plan/tree-diff.ts';

const FILE: TreeEntry = { type: 'f', mode: '644', owner: '0:0', link: '', sizeBytes: 3, sha256: 'a' };
const only = (changes: Partial<TreeEntry>): ReadonlyMap<string, TreeEntry> => new Map([['etc/x', { ...FILE, ...changes }]]);

test('equal disks have no difference', () => {
  expect(diffTrees(only({}), only({}), [])).toEqual([]);
});

test.each<readonly [Partial<TreeEntry>, string]>([
  [{ sha256: 'b', sizeBytes: 4 }, 'content, 3 → 4 bytes'],
  [{ mode: '600' }, 'mode 644 → 600'],
  [{ owner: '0:4' }, 'owner 0:0 → 0:4'],
  [{ link: 'y' }, 'link  → y'],
  [{ type: 'l', sha256: undefined }, 'type f → l'],
  [{ sha256: 'b', mode: '600' }, 'content, 3 → 3 bytes; mode 644 → 600'],
])('%o is a difference', (changes, what) => {
  expect(diffTrees(only({}), only(changes), [])).toEqual([{ path: 'etc/x', what, why: null }]);
});

test('what only one has is a difference on either side', () => {
  expect(diffTrees(only({}), new Map(), [])).toEqual([{ path: 'etc/x', what: 'only in the release', why: null }]);
  expect(diffTrees(new Map(), only({}), [])).toEqual([{ path: 'etc/x', what: 'only in the rebuilt disk', why: null }]);
});

test('a difference is explained by the first line that its path matches, and by no other', () => {
  const allowed = [
    { path: 'var/*', why: 'not this' },
    { path: 'etc/*', why: 'this' },
    { path: '*', why: 'too late' },
  ];
  expect(diffTrees(only({}), only({ mode: '600' }), allowed)).toMatchObject([{ why: 'this' }]);
  expect(diffTrees(only({}), only({ mode: '600' }), [{ path: 'etc', why: 'another file' }])).toMatchObject([{ why: null }]);
});
