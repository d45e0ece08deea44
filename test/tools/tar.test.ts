import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareTarArgv, packTarArgv } from '../../scripts/tools/tar.ts';
import { fakeHost } from '../support/fake-host.ts';

function pack(dir: string, name: string, names: readonly string[]): string {
  const [program, ...words] = packTarArgv({ path: join(dir, name), dir, names });
  execFileSync(program, words);
  return join(dir, name);
}

test('keeps the order, and no trace of who packed when', () => {
  const { dir } = fakeHost();
  for (const name of ['b', 'a', '-c']) writeFileSync(join(dir, name), name);
  const path = pack(dir, '1.tar', ['b', 'a', '-c']);
  expect(execFileSync('tar', ['-tf', path], { encoding: 'utf8' })).toBe('b\na\n-c\n');
  utimesSync(join(dir, 'a'), 1, 1);
  expect(readFileSync(pack(dir, '2.tar', ['b', 'a', '-c']))).toEqual(readFileSync(path));
});

test('one other byte is found', () => {
  const { dir } = fakeHost();
  for (const name of ['a', 'b']) writeFileSync(join(dir, name), name);
  const path = pack(dir, '1.tar', ['a', 'b']);
  const [program, ...words] = compareTarArgv({ path, dir });
  execFileSync(program, words);
  writeFileSync(join(dir, 'b'), 'c');
  expect(() => execFileSync(program, words, { stdio: 'ignore' })).toThrow();
});
