import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addToTarArgv, compareTarArgv, digestInTarArgv, packLargeTarArgv, packTarArgv } from '../../scripts/tools/tar.ts';
import { fakeHost } from '../support/fake-host.ts';

function pack(dir: string, name: string, names: readonly string[], argvOf = packTarArgv): string {
  const [program, ...words] = argvOf({ path: join(dir, name), dir, names });
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

test('a file that is too large for the oldest form is packed in the newer one', () => {
  const { dir } = fakeHost();
  writeFileSync(join(dir, 'large'), '');
  truncateSync(join(dir, 'large'), 2 ** 33);
  const packHeader = (argvOf: typeof packTarArgv): string => {
    const [program, ...words] = argvOf({ path: '/dev/stdout', dir, names: ['large'] });
    return spawnSync('bash', ['-c', '"$@" | head -c 2048 | tar --list --verbose', 'bash', program, ...words], { encoding: 'utf8' }).stdout;
  };
  expect(packHeader(packLargeTarArgv)).toContain(String(2 ** 33));
  expect(packHeader(packTarArgv)).not.toContain(String(2 ** 33));
});

describe('an archive that grows by entries', () => {
  const add = (path: string, time: number): void => {
    const dir = dirname(path);
    mkdirSync(join(dir, 'disk'), { recursive: true });
    writeFileSync(join(dir, 'disk/a'), 'content');
    for (const name of ['disk/a', 'disk']) utimesSync(join(dir, name), time, time);
    for (const [name, mode] of [
      ['disk', '0555'],
      ['disk/a', '0440'],
    ] as const) {
      const [program, ...words] = addToTarArgv({ path, dir }, { name, mode, owner: 107, modifiedSeconds: 1_795_305_600 });
      execFileSync(program, words);
    }
  };

  test('says of each what it was told, and is the same file wherever and whenever it is made', () => {
    const [one, two] = [fakeHost().dir, fakeHost().dir];
    add(join(one, 'x.tar'), 1);
    const listed = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--utc', '-f', join(one, 'x.tar')], { encoding: 'utf8' });
    expect(
      listed
        .trimEnd()
        .split('\n')
        .map((line) => line.replaceAll(/ +/g, ' ')),
    ).toEqual(['dr-xr-xr-x 107/107 0 2026-11-22 00:00 disk/', '-r--r----- 107/107 7 2026-11-22 00:00 disk/a']);
    add(join(two, 'x.tar'), 2.5);
    expect(readFileSync(join(two, 'x.tar'))).toEqual(readFileSync(join(one, 'x.tar')));
  });

  test('tells the digest of a file in it, and fails over one that is not', () => {
    const { dir } = fakeHost();
    add(join(dir, 'x.tar'), 1);
    const digestOf = (name: string): string => {
      const [program, ...words] = digestInTarArgv(join(dir, 'x.tar'), name);
      return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).slice(0, 64);
    };
    expect(digestOf('disk/a')).toBe(createHash('sha256').update('content').digest('hex'));
    expect(() => digestOf('disk/b')).toThrow();
  });
});
