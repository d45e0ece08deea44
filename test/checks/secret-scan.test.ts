import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { probeFunctions } from '../../scripts/checks/probe-script.ts';
import { canaryOf, secretScanFunctions } from '../../scripts/checks/secret-scan.ts';

interface Search {
  readonly words?: readonly string[];
  readonly before?: string;
  readonly call?: string;
}

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n';

/** What a real shell finds in a folder of these files; what comes before the search in the shell may spoil it. */
function search(
  files: Readonly<Record<string, string | Buffer>>,
  { words = [], before = '', call = 'once ingot_secret_scan' }: Search = {},
): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'ingot-scan-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const env = { ROOT: root, INGOT_BUILD_WORDS: words.join('\n') };
  const input = `${probeFunctions({ nonce: 'n', timeoutSeconds: 20, env })}${secretScanFunctions()}${before}\n${call}\nexit 0\n`;
  return execFileSync('bash', ['-s'], { input, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

/** One file as tar packs it: behind a header, which no line ends. */
function archiveOf(name: string, content: string): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-scan-'));
  writeFileSync(join(dir, name), content);
  const archive = execFileSync('tar', ['-C', dir, '-cz', name]);
  rmSync(dir, { recursive: true });
  return archive;
}

/** The finds of a search that came to its end. */
function scan(files: Readonly<Record<string, string | Buffer>>, words: readonly string[] = []): readonly string[] {
  const lines = search(files, { words });
  expect(lines.at(-1)).toBe('end\t.');
  return lines.slice(0, -1);
}

describe('ingot_secret_scan', () => {
  test.each<[string, Record<string, string | Buffer>, readonly string[]]>([
    ['a key in a dotfile', { 'home/.x/.id': KEY }, ['private-key\t./home/.x/.id']],
    ['a key behind other text', { 'etc/notes': `a note\n${KEY}` }, ['private-key\t./etc/notes']],
    ['a key in a JSON file', { 'k.json': '{"key":"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC"}' }, ['private-key\t./k.json']],
    ['a key in a packed file', { 'doc/key.gz': gzipSync(KEY), 'doc/other.gz': gzipSync('nothing') }, ['private-key\t./doc/key.gz']],
    ['a key in an archive', { 'doc/keys.tgz': archiveOf('id', KEY) }, ['private-key\t./doc/keys.tgz']],
    ['a key in a binary file', { blob: Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from(KEY)]) }, ['private-key\t./blob']],
    ['a hash of a password', { shadow: 'root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:1:0:9:7:::' }, ['password-hash\t./shadow']],
    ['tokens', { '.npmrc': '//r.example/:_authToken=abc', '.aws': 'AKIAABCDEFGHIJKLMNOP' }, ['token\t./.aws', 'token\t./.npmrc']],
    ['the canary of the build', { env: `A=1\nINGOT_CANARY=${canaryOf('0123456789abcdef99')}\n` }, ['canary\t./env']],
  ])('finds %s', (_title, files, wanted) => {
    expect(scan(files)).toEqual(wanted);
  });

  test('finds words of the build, and takes their signs as they are', () => {
    const words = ['mirror.example:3142', '/home/some.one/ingot (x)'];
    expect(
      scan(
        {
          a: 'deb http://mirror.example:3142/x',
          b: 'built in /home/some.one/ingot (x)/build',
          c: 'mirrorXexample:3142 /home/someXone',
          d: 'my/home/some.one/ingot (x) mirror.example:31425 ~/home/some.one/ingot (x)',
        },
        words,
      ),
    ).toEqual(['build-word\t./a', 'build-word\t./b']);
  });

  test('public keys, programs that name a key and ordinary text are nothing', () => {
    expect(
      scan({ pub: '-----BEGIN PUBLIC KEY-----\nMCow\n', prog: 'expected "-----BEGIN RSA PRIVATE KEY-----" at the start', price: 'it costs $6 or $7' }),
    ).toEqual([]);
  });

  test('names with blanks and more than one find are told, each once', () => {
    expect(scan({ 'a b': `${KEY}${KEY}` })).toEqual(['private-key\t./a b']);
  });
});

describe('secret_found', () => {
  const files = { 'etc/a.key': KEY, 'usr/share/doc/b.gz': gzipSync('nothing'), 'etc/shadow': 'root:$6$saltsalt$abcdefghijklmnopqrstuvwxyz:1:0:9:7:::' };

  test('tells what is of the kind, then that everything was searched', () => {
    expect(search(files, { call: 'secret_found private-key' })).toEqual(['./etc/a.key', 'searched']);
    expect(search(files, { call: 'secret_found token' })).toEqual(['searched']);
  });

  test('leaves out the paths that may', () => {
    expect(search(files, { call: `secret_found private-key '^\\./etc/'` })).toEqual(['searched']);
    expect(search(files, { call: `secret_found private-key '^\\./usr/'` })).toEqual(['./etc/a.key', 'searched']);
  });

  test.each([
    ['grep cannot read', 'grep() { command grep "$@"; return 2; }; export -f grep'],
    ['grep is killed', 'grep() { kill -KILL $BASHPID; }; export -f grep'],
    ['grep is gone', 'grep() { return 127; }; export -f grep'],
    ['find breaks off', 'find() { command find "$@" | head -c 5; return 1; }'],
    ['zcat is gone', 'zcat() { return 127; }; export -f zcat'],
    ['xargs is gone', 'xargs() { return 127; }'],
    ['awk is gone', 'awk() { return 127; }'],
    ['the folder cannot be entered', 'ROOT=/nowhere'],
  ])('says that it knows nothing when %s', (_title, before) => {
    expect(search(files, { before, call: 'secret_found private-key' })).toEqual(['the search broke off']);
    expect(search(files, { before, call: 'secret_found token' })).toEqual(['the search broke off']);
  });
});
