import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fetchByDigest } from '../../scripts/stages/fetch-by-digest.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';

const IMAGE = 'the image';
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');
const IMAGE_URL = 'https://images.example:8443/12/2026/first.qcow2?x=1';

const outputOf = (argv: readonly string[]): string => argv[argv.indexOf('--output') + 1] ?? '';
const giving = (text: string): Answer => ({ command: 'curl', effect: (argv) => writeFileSync(outputOf(argv), text) });
const download = (host: FakeHost, hex = SHA256, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<string> =>
  fetchByDigest({ url: IMAGE_URL, algorithm, hex, dir: join(host.dir, 'downloads') }, deskOf(host));

describe('fetchByDigest', () => {
  test('brings a file, names it by its digest, and leaves nothing half-done', async () => {
    const host = fakeHost([giving(IMAGE)]);
    const path = await download(host);
    expect(path).toBe(join(host.dir, 'downloads', `sha256-${SHA256}`));
    expect(readFileSync(path, 'utf8')).toBe(IMAGE);
    expect(readdirSync(join(host.dir, 'downloads'))).toHaveLength(1);
  });

  test('bounds the wait for an answer and for a stalled one, and lets no URL look like an option', async () => {
    const host = fakeHost([giving(IMAGE)]);
    await download(host);
    const [command = ''] = host.commands;
    expect(command).toContain('--connect-timeout 15 --speed-limit 1024 --speed-time 60');
    expect(command).toContain('--fail');
    expect(command.endsWith(` -- ${IMAGE_URL}`)).toBe(true);
  });

  test('says which file it fetches', async () => {
    const desk = deskOf(fakeHost([giving(IMAGE)]));
    await fetchByDigest({ url: IMAGE_URL, algorithm: 'sha256', hex: SHA256, dir: join(desk.host.facts.homeDir, 'd') }, desk);
    expect(desk.events).toContainEqual({ type: 'progress', stage: 'base', message: 'fetching first.qcow2' });
  });

  test('knows SHA-512 as well', async () => {
    const hex = createHash('sha512').update(IMAGE).digest('hex');
    expect(await download(fakeHost([giving(IMAGE)]), hex, 'sha512')).toMatch(/sha512-[0-9a-f]{128}$/);
  });

  test('fetches nothing twice, but hashes it before each use and fetches anew what was damaged', async () => {
    const host = fakeHost([giving(IMAGE)]);
    const path = await download(host);
    expect(await download(host)).toBe(path);
    expect(host.commands).toHaveLength(1);
    writeFileSync(path, 'bit rot');
    expect(readFileSync(await download(host), 'utf8')).toBe(IMAGE);
    expect(host.commands).toHaveLength(2);
  });

  test('another file is refused with both digests, and none of it stays', async () => {
    const host = fakeHost([giving('something else')]);
    await expect(download(host)).rejects.toMatchObject({
      ...{ code: 'DIGEST_MISMATCH', exitStatus: 4, what: `${IMAGE_URL} is not the file that the configuration names` },
      details: [`sha256 expected ${SHA256}`, `sha256 found    ${createHash('sha256').update('something else').digest('hex')}`],
    });
    expect(readdirSync(join(host.dir, 'downloads'))).toEqual([]);
  });

  test('a server that gives nothing is named, with what curl said', async () => {
    const host = fakeHost([{ command: 'curl', exitCode: 28, stderr: 'a\nb\nc\ncurl: (28) Connection timed out\n' }]);
    await expect(download(host)).rejects.toMatchObject({
      ...{ code: 'NETWORK_UNREACHABLE', exitStatus: 3, what: `images.example:8443 did not give ${IMAGE_URL}` },
      details: ['b', 'c', 'curl: (28) Connection timed out'],
    });
    expect(existsSync(join(host.dir, 'downloads', `sha256-${SHA256}`))).toBe(false);
  });

  test('goes on where an interrupted download stopped', async () => {
    const host = fakeHost([{ command: /--continue-at -/, effect: (argv) => writeFileSync(outputOf(argv), `${readFileSync(outputOf(argv), 'utf8')}image`) }]);
    mkdirSync(join(host.dir, 'downloads'));
    writeFileSync(join(host.dir, 'downloads', `sha256-${SHA256}.part`), 'the ');
    expect(readFileSync(await download(host), 'utf8')).toBe(IMAGE);
  });

  test.each([
    ['the server cannot go on (33)', 33],
    ['the part is all of it already (22: 416)', 22],
  ])('begins anew when %s', async (_title, exitCode) => {
    const host = fakeHost([giving(IMAGE)]);
    const part = join(host.dir, 'downloads', `sha256-${SHA256}.part`);
    mkdirSync(join(host.dir, 'downloads'));
    writeFileSync(part, 'from a killed run');
    const refusal = { exitCode, stdout: '', stderr: 'curl: refused', timedOut: false };
    const run: FakeHost['run'] = (argv, options) => (existsSync(part) ? Promise.resolve({ argv, ...refusal }) : host.run(argv, options));
    expect(readFileSync(await download({ ...host, run }), 'utf8')).toBe(IMAGE);
  });
});
