import { once } from 'node:events';
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Release } from '../../scripts/model/release.ts';
import { promote } from '../../scripts/pipelines/channels.ts';
import { repairStore } from '../../scripts/pipelines/list-images.ts';
import { verifyRelease } from '../../scripts/pipelines/verify-release.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { makeSshKey } from '../../scripts/tools/ssh.ts';
import { digestText, IMAGE_ID } from '../store/fixtures.ts';
import { person as personIn, publishTo as publishInto } from '../store/signed-release.ts';
import { fakeHost } from '../support/fake-host.ts';

const { dir } = fakeHost();
const published = join(dir, 'published');
let release: Release;

const person = (name: string, env: Readonly<Record<string, string>> = {}): Desk => personIn(dir, name, env);
const publishTo = (desk: Desk, storeLocation: string, content: string): Promise<Release> => publishInto(desk, { dir, storeLocation, content });

function copyOf(name: string): string {
  const copy = join(dir, name);
  cpSync(published, copy, { recursive: true });
  return copy;
}

/** A reader who has only the public half. */
const reader = (): Desk => person(`reader-${(readers += 1)}`, { INGOT_TRUST: join(dir, 'signers') });
let readers = 0;

const check = (desk: Desk, storeDir: string, reference = IMAGE_ID): ReturnType<typeof verifyRelease> =>
  verifyRelease(desk, { storeLocation: storeDir, reference });

beforeAll(async () => {
  release = await publishTo(person('owner'), published, 'disk one');
  copyFileSync(join(published, 'allowed-signers'), join(dir, 'signers'));
});

test('with nothing but the public key, every link holds', async () => {
  const result = await check(reader(), published);
  expect(result).toMatchObject({ verdict: 'pass', release: `${IMAGE_ID}@${release.version}` });
  expect(result.links.map(({ link }) => link)).toEqual(
    expect.arrayContaining([
      'allowed-signers',
      'index.json',
      'SHA256SUMS and SHA256SUMS.sig',
      'disk.qcow2',
      'report.json',
      'signature of provenance.intoto.json',
      'provenance.intoto.json and disk.qcow2',
    ]),
  );
});

describe('one byte', () => {
  test('of each file of the release is missed, and the file is named', async () => {
    const names = readdirSync(join(published, IMAGE_ID, release.version));
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      const storeDir = copyOf(`flipped-${name}`);
      const path = join(storeDir, IMAGE_ID, release.version, name);
      const bytes = readFileSync(path);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const result = await check(reader(), storeDir);
      expect(result.verdict, name).toBe('fail');
      expect(result.links.filter(({ outcome }) => outcome === 'fail').map(({ link }) => link)).toContainEqual(expect.stringContaining(name));
    }
  });

  test.each(['index.json', 'allowed-signers', 'allowed-signers.sig'])('of the store’s %s', async (name) => {
    const storeDir = copyOf(`flipped-store-${name}`);
    const path = join(storeDir, name);
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const result = await check(reader(), storeDir);
    expect(result.links.filter(({ outcome }) => outcome === 'fail').map(({ link }) => link)).toContainEqual(expect.stringContaining(name.replace('.sig', '')));
  });
});

describe('a file', () => {
  const changes: Readonly<Record<string, (releaseDir: string) => void>> = {
    'missing: packages.txt': (releaseDir) => rmSync(join(releaseDir, 'packages.txt')),
    'added: extra.txt': (releaseDir) => writeFileSync(join(releaseDir, 'extra.txt'), 'x'),
    'not a file: packages.txt': (releaseDir) => {
      rmSync(join(releaseDir, 'packages.txt'));
      symlinkSync('/etc/passwd', join(releaseDir, 'packages.txt'));
    },
    'not a file, but a folder: packages.txt': (releaseDir) => {
      rmSync(join(releaseDir, 'packages.txt'));
      mkdirSync(join(releaseDir, 'packages.txt'));
    },
  };
  test.each(Object.keys(changes))('%s', async (name) => {
    const storeDir = copyOf(`changed-${name.replaceAll(/\W/g, '-')}`);
    changes[name]?.(join(storeDir, IMAGE_ID, release.version));
    const result = await check(reader(), storeDir);
    const [kind = '', file] = name.replace(', but a folder', '').split(': ');
    expect(result.links.filter(({ outcome }) => outcome === 'fail')).toEqual([{ link: file, outcome: 'fail', found: expect.stringContaining(kind) }]);
  });
});

test('a server that gives a forged list first, and the signed one to whoever asks again, is found out', async () => {
  const folder = join(IMAGE_ID, release.version);
  const packages = readFileSync(join(published, folder, 'packages.txt'), 'utf8');
  const forged = `${packages}evil 1.0 amd64\n`;
  const sums = readFileSync(join(published, folder, 'SHA256SUMS'), 'utf8').replace(digestText(packages), digestText(forged));
  const asked: string[] = [];
  const answerTo = (file: string): string | Uint8Array | undefined => {
    asked.push(basename(file));
    if (file === join(folder, 'packages.txt')) return forged;
    if (file === join(folder, 'SHA256SUMS') && asked.filter((name) => name === 'SHA256SUMS').length <= 2) return sums;
    return existsSync(join(published, file)) ? readFileSync(join(published, file)) : undefined;
  };
  const server = createServer(({ url = '' }, response) => {
    const answer = answerTo(new URL(url, 'http://x').pathname.slice(1));
    response.writeHead(answer === undefined ? 404 : 200, answer === undefined ? {} : { 'content-length': Buffer.byteLength(answer) }).end(answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const { links } = await check(reader(), `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
  server.close();
  expect(asked.filter((name) => name === 'SHA256SUMS')).toHaveLength(2);
  expect(links.filter(({ outcome }) => outcome === 'fail')).toEqual([
    { link: 'SHA256SUMS and SHA256SUMS.sig', outcome: 'fail', found: expect.stringMatching(/sign/) },
  ]);
});

describe('whoever reads', () => {
  test('is refused a store that a stranger signed', async () => {
    const storeDir = join(dir, 'strange');
    await publishTo(person('stranger'), storeDir, 'disk two');
    const result = await check(reader(), storeDir);
    expect(result.links.find(({ link }) => link === 'index.json')).toMatchObject({ outcome: 'fail', found: expect.stringContaining('no key that is trusted') });
    await expect(openStore(reader().host, storeDir).readIndex()).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    await expect(promote(reader(), { storeLocation: storeDir, reference: IMAGE_ID, channel: 'stable' })).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
  });

  test('keeps whom they met first: another signer is refused unless one of the first signs for them', async () => {
    const storeDir = copyOf('taken-over');
    const visitor = person('visitor');
    expect((await check(visitor, storeDir)).verdict).toBe('pass');
    const owner = person('owner');
    const [first, second] = [join(dir, 'config-owner/signing/key'), join(dir, 'second')];
    await makeSshKey(owner.host, second);
    const text = `${readFileSync(join(storeDir, 'allowed-signers'), 'utf8')}next ${readFileSync(`${second}.pub`, 'utf8')}`;
    writeFileSync(join(storeDir, 'allowed-signers'), text);
    await expect(openStore(visitor.host, storeDir).readIndex()).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('not those that were seen before'),
    });
    rmSync(join(storeDir, 'allowed-signers.sig'));
    await owner.host.run(['ssh-keygen', '-Y', 'sign', '-q', '-n', 'ingot-signers', '-f', first, join(storeDir, 'allowed-signers')]);
    expect((await check(visitor, storeDir)).verdict).toBe('pass');
    await publishTo(person('successor', { INGOT_SIGNING_KEY: second }), storeDir, 'disk three');
    expect((await check(visitor, storeDir)).links).toContainEqual({
      link: 'SHA256SUMS and SHA256SUMS.sig',
      outcome: 'pass',
      found: expect.stringMatching(/^signed by next/),
    });
  });

  test('is refused an index older than the one that was seen', async () => {
    const storeDir = copyOf('replayed');
    const [older, visitor] = [readFileSync(join(storeDir, 'index.json')), reader()];
    await publishTo(person('owner'), storeDir, 'disk four');
    await openStore(visitor.host, storeDir).readIndex();
    writeFileSync(join(storeDir, 'index.json'), older);
    await expect(openStore(visitor.host, storeDir).readIndex()).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('an older one was put in its place'),
    });
    expect((await openStore(reader().host, storeDir).readIndex()).releases).toHaveLength(1);
  });

  test('has to ask for a store that nobody signed', async () => {
    const storeDir = join(dir, 'unsigned');
    await publishTo(person('careless', { INGOT_SIGNING_KEY: 'none' }), storeDir, 'disk five');
    expect(readdirSync(storeDir)).not.toContain('allowed-signers');
    await expect(openStore(person('guest').host, storeDir).readIndex()).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      fix: expect.stringContaining('INGOT_UNSIGNED=1'),
    });
    const asked = person('guest', { INGOT_UNSIGNED: '1' });
    expect((await openStore(asked.host, storeDir).readIndex()).releases).toHaveLength(1);
    expect((await check(asked, storeDir)).verdict).toBe('fail');
    await expect(openStore(person('strict', { INGOT_UNSIGNED: '1', INGOT_TRUST: join(dir, 'signers') }).host, storeDir).readIndex()).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
    });
  });

  test('loses the signatures on the way: what was signed before is not read without them', async () => {
    const storeDir = copyOf('stripped');
    const visitor = person('stripped-visitor');
    await openStore(visitor.host, storeDir).readIndex();
    for (const name of ['allowed-signers', 'allowed-signers.sig']) rmSync(join(storeDir, name));
    writeFileSync(join(storeDir, 'index.json'), readFileSync(join(storeDir, 'index.json'), 'utf8').replace(/,\n {2}"signature": .*/, ''));
    await expect(openStore(visitor.host, storeDir).readIndex()).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('it is not signed'),
    });
  });
});

describe('whoever publishes', () => {
  test('has a key of their own made once, that nobody else can read', async () => {
    const { mode } = (await person('owner').host.files.stat(join(dir, 'config-owner/signing/key'))) ?? { mode: 0 };
    expect(mode & 0o777).toBe(0o600);
    const many = Array.from({ length: 4 }, (_, at) => publishTo(person('hasty'), join(dir, `hasty-${at}`), `hasty ${at}`));
    await Promise.all(many);
    expect(new Set(many.map((_, at) => readFileSync(join(dir, `hasty-${at}`, 'allowed-signers'), 'utf8'))).size).toBe(1);
  });

  test('is refused when they are not among the signers, or would leave a signed store unsigned', async () => {
    const storeDir = copyOf('foreign');
    await expect(publishTo(person('nobody'), storeDir, 'disk six')).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('not the key of one of its signers'),
    });
    await expect(publishTo(person('silent', { INGOT_SIGNING_KEY: 'none' }), storeDir, 'disk six')).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    await expect(publishTo(person('lost', { INGOT_SIGNING_KEY: join(dir, 'no-key') }), storeDir, 'disk six')).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('is not there'),
    });
    expect((await check(reader(), storeDir)).verdict).toBe('pass');
  });

  test('begins a store anew where one was: it goes on counting', async () => {
    const storeDir = join(dir, 'again');
    for (const content of ['again one', 'again two']) await publishTo(person('starter'), storeDir, content);
    const { generation } = await openStore(person('starter').host, storeDir).readIndex();
    rmSync(storeDir, { recursive: true });
    await publishTo(person('starter'), storeDir, 'again one');
    expect((await openStore(person('starter').host, storeDir).readIndex()).generation).toBeGreaterThan(generation);
  });

  test('repairs an unsigned store by signing its index; into a signed one nothing unsigned is taken', async () => {
    const storeDir = join(dir, 'adopted');
    await publishTo(person('early', { INGOT_SIGNING_KEY: 'none' }), storeDir, 'disk seven');
    expect((await repairStore(person('early'), { storeLocation: storeDir })).releases).toHaveLength(1);
    expect(readFileSync(join(storeDir, 'index.json'), 'utf8')).toContain('SSH SIGNATURE');
    const signed = copyOf('smuggled');
    const from = readdirSync(join(storeDir, IMAGE_ID))[0] ?? '';
    cpSync(join(storeDir, IMAGE_ID, from), join(signed, 'smuggled-image', from), { recursive: true });
    const manifest = join(signed, 'smuggled-image', from, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll(IMAGE_ID, 'smuggled-image'));
    appendFileSync(join(signed, 'index.json'), 'torn');
    expect((await repairStore(person('owner'), { storeLocation: signed })).releases.map(({ imageId }) => imageId)).toEqual([IMAGE_ID]);
  });
});
