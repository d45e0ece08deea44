import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTree, treeOf } from '../../scripts/checks/tree-probe.ts';
import { digestText } from '../store/fixtures.ts';

const SCRIPT = join(import.meta.dirname, '../../packer/list-tree.sh');

test('every file of a tree is listed, whatever its name is', () => {
  const root = mkdtempSync(join(tmpdir(), 'ingot-tree-'));
  const names = ['plain', 'with a blank', 'with\ttab', '-dash', 'back\\slash', 'dir/deep'];
  mkdirSync(join(root, 'dir'), { mode: 0o711 });
  chmodSync(join(root, 'dir'), 0o711);
  for (const name of names) writeFileSync(join(root, name), name, { mode: 0o640 });
  writeFileSync(join(root, 'two\nlines'), 'x');
  symlinkSync('plain', join(root, 'link'));
  const tree = parseTree(execFileSync('bash', [SCRIPT], { encoding: 'utf8', env: { ...process.env, ROOT: root } }));
  const owner = `${process.getuid?.()}:${process.getgid?.()}`;
  expect(tree?.get('dir')).toEqual({ type: 'd', mode: '711', owner, link: '', sizeBytes: undefined, sha256: undefined });
  expect(tree?.get('link')).toMatchObject({ type: 'l', link: 'plain', sha256: undefined });
  for (const name of names)
    expect(tree?.get(name), name).toEqual({ type: 'f', mode: '640', owner, link: '', sizeBytes: name.length, sha256: digestText(name) });
  expect(tree?.get('two\x01lines')).toMatchObject({ sha256: digestText('x') });
  expect(tree?.size).toBe(names.length + 3);
});

test.each(['', 'entry\tf\t644\t0:0\t3\tetc/x\t\n', 'noise\n'])('a list that is cut short is none: %j', (text) => {
  expect(parseTree(text)).toBeUndefined();
});

test('a disk that could not be looked into has no list', () => {
  const result = { stdout: 'entry\td\t755\t0:0\t\tetc\t\n', stderr: '', seconds: 1, timedOut: false };
  expect(treeOf(new Map([['tree', { ...result, exitCode: 0 }]]))?.size).toBe(1);
  expect(treeOf(new Map([['tree', { ...result, exitCode: 1 }]]))).toBeUndefined();
  expect(treeOf(new Map())).toBeUndefined();
});
