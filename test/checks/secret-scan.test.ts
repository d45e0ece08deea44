import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { probeFunctions } from '../../scripts/checks/probe-script.ts';
import { canaryOf, secretScanFunctions } from '../../scripts/checks/secret-scan.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n';

/** What a real shell finds in a folder of these files. */
function scan(files: Readonly<Record<string, string | Buffer>>, words: readonly string[] = []): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'ingot-scan-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const env = { ROOT: root, INGOT_BUILD_WORDS: words.join('\n') };
  const input = `${probeFunctions({ nonce: 'n', timeoutSeconds: 20, env })}${secretScanFunctions()}secret_scan\n`;
  return execFileSync('bash', ['-s'], { input, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

describe('secret_scan', () => {
  test.each<[string, Record<string, string | Buffer>, readonly string[]]>([
    ['a key in a dotfile', { 'home/.x/.id': KEY }, ['private-key\t./home/.x/.id']],
    ['a key behind other text', { 'etc/notes': `a note\n${KEY}` }, ['private-key\t./etc/notes']],
    ['a key in a JSON file', { 'k.json': '{"key":"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC"}' }, ['private-key\t./k.json']],
    ['a key in a packed file', { 'doc/key.gz': gzipSync(KEY), 'doc/other.gz': gzipSync('nothing') }, ['private-key\t./doc/key.gz']],
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
