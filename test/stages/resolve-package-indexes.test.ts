import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../scripts/host/host.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { resolvePackageIndexes } from '../../scripts/stages/resolve-package-indexes.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const LINE = `${'a'.repeat(64)} 1000 main/binary-amd64/Packages.xz`;
const INDEX = `Codename: first\nValid-Until: Sun, 29 Nov 2026 08:00:00 UTC\nSHA256:\n ${LINE}\n`;
const KEYRING = '/usr/share/keyrings/testian.gpg';
const HELPER = '/usr/lib/apt/apt-helper';

const mirrorGives = (text: string): Answer => ({ command: `${HELPER} `, effect: (argv) => writeFileSync(argv.at(-1) ?? '', text) });
const signatureIsGood: Answer = { command: 'gpgv', effect: (argv) => copyFileSync(argv.at(-1) ?? '', argv[argv.indexOf('--output') + 1] ?? '') };

/** A host with or without apt, whatever machine this is. */
function hostWith(answers: readonly Answer[], hasApt = true): FakeHost {
  const host = fakeHost(answers);
  const exists = (path: string): Promise<boolean> =>
    path === HELPER ? Promise.resolve(hasApt) : path === KEYRING ? Promise.resolve(true) : host.files.exists(path);
  return { ...host, files: { ...host.files, exists } };
}

async function digestsOf(host: FakeHost, spec: ImageSpec = sampleSpec()): Promise<Readonly<Record<string, string>>> {
  return (await runStage(deskOf(host), resolvePackageIndexes, { spec, texts: new Map(), workDir: host.dir })).indexDigests;
}

describe('resolvePackageIndexes', () => {
  test('is a digest of the package lists of each repository of the distro, asked at this build’s own place', async () => {
    const host = hostWith([mirrorGives(INDEX), signatureIsGood]);
    expect(await digestsOf(host)).toEqual({ first: createHash('sha256').update(LINE).digest('hex') });
    expect(host.commands[0]).toContain(' download-file http://proxy.example/testian/dists/first/InRelease ');
  });

  test('stays when the index is merely signed again, and changes with a package', async () => {
    const of = async (text: string): Promise<unknown> => (await digestsOf(hostWith([mirrorGives(text), signatureIsGood])))['first'];
    expect(await of(INDEX.replace('29 Nov', '30 Nov'))).toBe(await of(INDEX));
    expect(await of(INDEX.replace('aaaa', 'aaab'))).not.toBe(await of(INDEX));
  });

  test('asks a mirror written with a slash at its end for the same file', async () => {
    const host = hostWith([mirrorGives(INDEX), signatureIsGood]);
    await digestsOf(host, sampleSpec({ mirrors: [{ id: 'testian', url: 'http://x', bakeUrl: 'http://m.example/t/' }] }));
    expect(host.commands[0]).toContain(' http://m.example/t/dists/first/InRelease ');
  });

  test('checks the signature with the repository’s own key ring, and believes only what was signed', async () => {
    const signed = INDEX.replace('aaaa', 'eeee');
    const gpgv: Answer = { command: 'gpgv', effect: (argv) => writeFileSync(argv[argv.indexOf('--output') + 1] ?? '', signed) };
    const host = hostWith([mirrorGives(INDEX), gpgv]);
    expect((await digestsOf(host))['first']).toBe(createHash('sha256').update(LINE.replace('aaaa', 'eeee')).digest('hex'));
    expect(host.commands[1]).toMatch(/^gpgv --quiet --status-fd 1 --keyring \/usr\/share\/keyrings\/testian\.gpg --output /);
  });

  test('a repository that fails at once is told when the others have ended: their folder may go away then', async () => {
    const repositories = ['first', 'second'].map((id) => ({ id, mirror: 'testian', suite: id, components: ['main'], signedBy: '/k', base: true }));
    const host = hostWith([mirrorGives(INDEX), signatureIsGood]);
    let ended = false;
    const run = async (argv: Parameters<FakeHost['run']>[0], options?: RunOptions) => {
      if (argv.join(' ').includes('/first/InRelease')) return { ...(await host.run(argv, { ...options, reject: false })), exitCode: 100 };
      await new Promise(setImmediate);
      ended = true;
      return host.run(argv, options);
    };
    await expect(digestsOf({ ...host, run }, sampleSpec({ distro: sampleDistro({ repositories }) }))).rejects.toThrow();
    expect(ended).toBe(true);
  });

  test('asks all repositories at once', async () => {
    const repositories = ['first', 'first-updates'].map((id) => ({ id, mirror: 'testian', suite: id, components: ['main'], signedBy: '/k', base: true }));
    const host = hostWith([mirrorGives(INDEX), signatureIsGood]);
    const digests = await digestsOf(host, sampleSpec({ distro: sampleDistro({ repositories }) }));
    expect(Object.keys(digests)).toEqual(['first', 'first-updates']);
    expect(host.commands.slice(0, 2).every((command) => command.startsWith(HELPER))).toBe(true);
  });

  test('does without apt: curl, with limits of its own', async () => {
    const host = hostWith([{ command: 'curl', effect: (argv) => writeFileSync(argv[argv.indexOf('-o') + 1] ?? '', INDEX) }, signatureIsGood], false);
    await digestsOf(host);
    expect(host.commands[0]).toMatch(/^curl -fsSL --connect-timeout 10 --max-time 24 -o .* http:\/\/proxy\.example\/testian\/dists\/first\/InRelease$/);
  });
});

describe('a mirror that', () => {
  test('cannot be reached is named, within limits that the command itself carries', async () => {
    const seen: RunOptions[] = [];
    const host = hostWith([
      { command: HELPER, exitCode: 100, stdout: 'Err:1', stderr: 'E: Could not resolve', effect: (_argv, options) => void seen.push(options) },
    ]);
    await expect(digestsOf(host)).rejects.toMatchObject({
      ...{ code: 'NETWORK_UNREACHABLE', exitStatus: 3, details: ['Err:1', 'E: Could not resolve'] },
      what: 'The package mirror proxy.example did not give http://proxy.example/testian/dists/first/InRelease',
      fix: expect.stringContaining('INGOT_MIRROR_') as string,
    });
    expect(host.commands[0]).toContain('-o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o Acquire::Retries=0');
    expect(seen[0]?.timeoutMs).toBeLessThanOrEqual(30_000);
  });

  test('says nothing for too long counts as one that cannot be reached', async () => {
    await expect(digestsOf(hostWith([{ command: HELPER, timedOut: true }]))).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });

  test('is signed by nobody we know is refused', async () => {
    const host = hostWith([mirrorGives(INDEX), { command: 'gpgv', exitCode: 2, stderr: "gpgv: Signature made …\ngpgv: Can't check signature: No public key" }]);
    await expect(digestsOf(host)).rejects.toMatchObject({
      ...{ code: 'DIGEST_MISMATCH', exitStatus: 4 },
      what: 'The signature of http://proxy.example/testian/dists/first/InRelease is not by a key in /usr/share/keyrings/testian.gpg',
      details: expect.arrayContaining(["gpgv: Can't check signature: No public key"]) as string[],
    });
  });

  test('is signed by a distro whose key ring is not here says which file is missing', async () => {
    const host = hostWith([mirrorGives(INDEX), { command: 'gpgv', exitCode: 2 }]);
    const distro = sampleDistro({
      repositories: [{ id: 'first', mirror: 'testian', suite: 'first', components: ['main'], signedBy: '/absent.gpg', base: true }],
    });
    await expect(digestsOf(host, sampleSpec({ distro }))).rejects.toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3 },
      what: expect.stringContaining('This host has no /absent.gpg') as string,
    });
  });

  test('was signed yesterday’s text is not read when today’s signature is bad', async () => {
    const host = hostWith([mirrorGives(INDEX), { command: 'gpgv', exitCode: 2 }]);
    writeFileSync(join(host.dir, 'first.InRelease.txt'), INDEX);
    await expect(digestsOf(host)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(() => readFileSync(join(host.dir, 'first.InRelease.txt'))).toThrow('ENOENT');
  });

  test('has an expired index is stale, or the clock is wrong', async () => {
    const expired = INDEX.replace('Sun, 29 Nov 2026', 'Sat, 21 Nov 2026');
    await expect(digestsOf(hostWith([mirrorGives(expired), signatureIsGood]))).rejects.toMatchObject({
      ...{ code: 'NETWORK_UNREACHABLE', what: expect.stringContaining('expired on 2026-11-21T08:00:00.000Z') as string },
    });
  });

  test('has an index without an end is taken', async () => {
    expect(await digestsOf(hostWith([mirrorGives(INDEX.replace(/^Valid.*\n/m, '')), signatureIsGood]))).toHaveProperty('first');
  });

  test('has none of our components is a mistake of the configuration', async () => {
    const repositories = [{ id: 'first', mirror: 'testian', suite: 'first', components: ['contrib'], signedBy: '/k', base: true }];
    await expect(digestsOf(hostWith([mirrorGives(INDEX), signatureIsGood]), sampleSpec({ distro: sampleDistro({ repositories }) }))).rejects.toMatchObject({
      ...{ code: 'CONFIG_INVALID', exitStatus: 2, fix: 'Correct the repository first in config/distros/testian-1.yaml' },
    });
  });
});
