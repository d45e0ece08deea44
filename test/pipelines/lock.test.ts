import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { LockedImage } from '../../scripts/model/distro.ts';
import type { LockResult, LockSummary } from '../../scripts/model/image-lock.ts';
import { lock } from '../../scripts/pipelines/lock.ts';
import { DISTRO, project, type ProjectFile } from '../config/project.ts';
import { deskOf } from '../support/recording-desk.ts';
import { makeVendorKeys } from '../support/vendor-keys.ts';
import { startVendor } from '../support/vendor-server.ts';

/** A vendor with a signed release tree, played: real TLS, real signatures, real curl and gpgv. */
const vendor = await startVendor();
const keys = makeVendorKeys();
const keyDir = mkdtempSync(join(tmpdir(), 'ingot-keys-'));
afterAll(() => rmSync(keyDir, { recursive: true, force: true }));

const HEX = { old: 'a'.repeat(64), new: 'b'.repeat(64) };
const SUMS = `${'c'.repeat(64)} *tin-1.manifest\n${HEX.new} *tin-1.img\n`;
const SIGNED = {
  mirrors: ['vendor'],
  index: { path: 'releases/', entry: 'release-{build}/' },
  path: 'releases/release-{build}/tin-1.img',
  checksums: 'releases/release-{build}/SHA256SUMS',
  signature: { path: 'releases/release-{build}/SHA256SUMS.gpg', fingerprint: keys.good.fingerprint, keys: [{ mirror: 'vendor', path: 'key.asc' }] },
};
const { signature: _, ...UNSIGNED } = SIGNED;
const MIRRORS = {
  mirrors: {
    tin: { url: 'https://tin.example/tin', description: 'packages', environment: 'INGOT_MIRROR_TIN' },
    vendor: { url: vendor.url, description: 'images', environment: 'INGOT_MIRROR_VENDOR' },
    dead: { url: `${vendor.url}/dead`, description: 'images that are gone', environment: 'INGOT_MIRROR_DEAD' },
  },
};

function releaseTree(): void {
  vendor.put('/releases/', '<a href="release-20260601/">x</a> <a href="release-20260705/">x</a> <a href="release/">x</a>');
  vendor.put('/releases/release-20260705/SHA256SUMS', SUMS);
  vendor.put('/releases/release-20260705/SHA256SUMS.gpg', keys.good.sign(SUMS));
  vendor.put('/key.asc', keys.good.armoured);
}

beforeEach(() => {
  releaseTree();
  vendor.asked.length = 0;
});

interface Run {
  readonly host: Host;
  readonly summary: LockSummary;
  readonly only: LockResult | undefined;
}

/** `npm run lock` in a small project, with the machine's real programs. */
async function locked(
  cloudImage: unknown,
  options: { readonly files?: Readonly<Record<string, ProjectFile>>; readonly dryRun?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Run> {
  const made = project({
    'config/distros/tin-1.yaml': { yaml: { ...DISTRO, cloudImage } },
    'config/mirrors.yaml': { yaml: MIRRORS },
    ...options.files,
  });
  const real = localHost({ interrupted: new AbortController().signal, projectDir: made.dir, env: options.env ?? {} });
  const host: Host = { ...real, files: made.files };
  const summary = await lock(deskOf(host), { distros: [], dryRun: options.dryRun ?? false, cacheDir: join(made.dir, 'build/cache') });
  return { host, summary, only: summary.results[0] };
}

const lockPath = ({ host }: Run): string => join(host.facts.projectDir, 'config/locks/tin-1.yaml');
const written = (run: Run): unknown => parse(readFileSync(lockPath(run), 'utf8'));
const OLD_LOCK: LockedImage = { id: 'tin-1', build: '20260601', digest: { algorithm: 'sha256', hex: HEX.old }, signedBy: null, lockedOn: '2026-06-02' };

describe('a vendor that signs', () => {
  test('the newest build is locked with the digest that was signed, and a bake finds it', async () => {
    const run = await locked(SIGNED);
    expect(run.only).toMatchObject({ status: 'new', before: null, after: { build: '20260705', signedBy: keys.good.fingerprint } });
    expect(written(run)).toMatchObject({ id: 'tin-1', build: '20260705', digest: { algorithm: 'sha256', hex: HEX.new } });
    const { spec } = await loadSpec(run.host, { distro: 'tin-1' });
    expect(spec.lockedImage).toMatchObject({ build: '20260705', digest: { hex: HEX.new } });
  });

  test('a second look-up changes nothing, not even the day', async () => {
    const first = await locked(SIGNED);
    const text = readFileSync(lockPath(first), 'utf8').replace(/lockedOn: .*/, 'lockedOn: "2026-01-01"');
    const second = await locked(SIGNED, { files: { 'config/locks/tin-1.yaml': text } });
    expect(second.only?.status).toBe('unchanged');
    expect(readFileSync(lockPath(second), 'utf8')).toBe(text);
  });

  test('a lock that is there is refreshed, and what it was is shown', async () => {
    const run = await locked(SIGNED, { files: { 'config/locks/tin-1.yaml': { yaml: OLD_LOCK } } });
    expect(run.only).toMatchObject({ status: 'changed', before: { build: '20260601' }, after: { build: '20260705' } });
    expect(written(run)).toMatchObject({ build: '20260705' });
  });

  test('a dry run writes nothing', async () => {
    const run = await locked(SIGNED, { dryRun: true });
    expect(run.summary.written).toBe(false);
    expect(existsSync(lockPath(run))).toBe(false);
  });

  test.each([
    ['a key ring that a package has installed', { keyring: join(keyDir, 'vendor.gpg') }],
    ['a file of the project', { file: 'config/keys/vendor.asc' }],
  ])('its key may be in %s: the vendor is not asked for it', async (_where, place) => {
    writeFileSync(join(keyDir, 'vendor.gpg'), keys.good.binary);
    vendor.remove('/key.asc');
    const run = await locked({ ...SIGNED, signature: { ...SIGNED.signature, keys: [place] } }, { files: { 'config/keys/vendor.asc': keys.good.armoured } });
    expect(run.only?.status).toBe('new');
  });

  test('a key that can only be on this host, and is not, is missed before the vendor is asked for anything', async () => {
    const places = [{ keyring: '/nowhere/vendor.gpg' }, { file: 'config/keys/vendor.asc' }];
    const run = await locked({ ...SIGNED, signature: { ...SIGNED.signature, keys: places } });
    expect(run.only).toMatchObject({ status: 'failed', code: 'HOST_NOT_READY', what: expect.stringContaining('is in none of its places') as string });
    expect(vendor.asked).toEqual([]);
  });

  test('places of the key are tried in order', async () => {
    const places = [{ keyring: '/nowhere/vendor.gpg' }, { mirror: 'dead', path: 'key.asc' }, { mirror: 'vendor', path: 'key.asc' }];
    expect((await locked({ ...SIGNED, signature: { ...SIGNED.signature, keys: places } })).only?.status).toBe('new');
  });

  test('a checksum file that moved is followed', async () => {
    vendor.put('/elsewhere', SUMS);
    vendor.put('/releases/release-20260705/SHA256SUMS', '', { redirectTo: `${vendor.url}/elsewhere` });
    expect((await locked(SIGNED)).only?.status).toBe('new');
  });

  test('the second mirror is asked when the first is dead', async () => {
    expect((await locked({ ...SIGNED, mirrors: ['dead', 'vendor'] })).only).toMatchObject({ status: 'new', after: { build: '20260705' } });
  });

  const SABOTAGE: readonly (readonly [string, () => void, string, RegExp])[] = [
    [
      'checksums that somebody changed',
      () => vendor.put('/releases/release-20260705/SHA256SUMS', SUMS.replace(HEX.new, 'e'.repeat(64))),
      'DIGEST_MISMATCH',
      /is not what its vendor has signed/,
    ],
    [
      'a signature by another key',
      () => vendor.put('/releases/release-20260705/SHA256SUMS.gpg', keys.other.sign(SUMS)),
      'DIGEST_MISMATCH',
      /signed by another key than the pinned one/,
    ],
    [
      'another key, served in place of the vendor’s, with signatures that fit it',
      () => {
        vendor.put('/key.asc', keys.other.armoured);
        vendor.put('/releases/release-20260705/SHA256SUMS.gpg', keys.other.sign(SUMS));
      },
      'DIGEST_MISMATCH',
      /signed by another key than the pinned one/,
    ],
    ['no key', () => vendor.remove('/key.asc'), 'HOST_NOT_READY', /is in none of its places/],
    ['a key that is none', () => vendor.put('/key.asc', 'hello'), 'DIGEST_MISMATCH', /another key|no signature/],
    ['no signature', () => vendor.remove('/releases/release-20260705/SHA256SUMS.gpg'), 'NETWORK_UNREACHABLE', /SHA256SUMS\.gpg: it is not there/],
    ['a signature that is none', () => vendor.put('/releases/release-20260705/SHA256SUMS.gpg', '<html>'), 'DIGEST_MISMATCH', /no signature that can be read/],
    ['no checksums', () => vendor.remove('/releases/release-20260705/SHA256SUMS'), 'NETWORK_UNREACHABLE', /SHA256SUMS: it is not there/],
    [
      'checksums cut short, although signed so',
      () => {
        const cut = SUMS.slice(0, 90);
        vendor.put('/releases/release-20260705/SHA256SUMS', cut);
        vendor.put('/releases/release-20260705/SHA256SUMS.gpg', keys.good.sign(cut));
      },
      'DIGEST_MISMATCH',
      /has no digest of tin-1\.img/,
    ],
    ['a torn line', () => vendor.put('/releases/release-20260705/SHA256SUMS', SUMS, { hangUpAfter: 10 }), 'NETWORK_UNREACHABLE', /did not give/],
    ['a server in trouble', () => vendor.put('/releases/', '', { status: 503 }), 'NETWORK_UNREACHABLE', /did not give/],
    ['a list without builds', () => vendor.put('/releases/', '<a href="release/">'), 'CONFIG_INVALID', /names no build of the form release-\{build\}\//],
  ];
  test.each(SABOTAGE)('%s: refused, and the old lock stands', async (_what, sabotage, code, what) => {
    sabotage();
    const run = await locked(SIGNED, { files: { 'config/locks/tin-1.yaml': { yaml: OLD_LOCK } } });
    expect(run.only).toMatchObject({ status: 'failed', code, what: expect.stringMatching(what) as string, before: { build: '20260601' } });
    expect(written(run)).toEqual(OLD_LOCK);
    expect(readdirSync(join(run.host.facts.projectDir, 'build/cache/locks'))).toEqual([]);
  });

  test('an expired key: refused, although its signature fits', async () => {
    vendor.put('/key.asc', keys.expired.armoured);
    vendor.put('/releases/release-20260705/SHA256SUMS.gpg', keys.expired.sign(SUMS));
    const run = await locked({ ...SIGNED, signature: { ...SIGNED.signature, fingerprint: keys.expired.fingerprint } });
    expect(run.only).toMatchObject({ status: 'failed', code: 'DIGEST_MISMATCH', what: expect.stringContaining('by a key that has expired') as string });
    expect(existsSync(lockPath(run))).toBe(false);
  });

  test('what failed once works when the vendor has recovered', async () => {
    vendor.remove('/releases/release-20260705/SHA256SUMS');
    expect((await locked(SIGNED)).only?.status).toBe('failed');
    releaseTree();
    expect((await locked(SIGNED)).only?.status).toBe('new');
  });
});

describe('a vendor that does not sign', () => {
  test('is believed over https, and the lock says so', async () => {
    const run = await locked(UNSIGNED);
    expect(run.only).toMatchObject({ status: 'new', after: { signedBy: null, digest: { hex: HEX.new } } });
  });

  test('is not believed over anything but https', async () => {
    const { dir } = project({ 'releases/list': 'release-20260705/', 'releases/sums': SUMS });
    const image = { ...UNSIGNED, index: { path: 'releases/list', entry: 'release-{build}/' }, checksums: 'releases/sums' };
    const { only } = await locked(image, { env: { INGOT_MIRROR_VENDOR: `file://${dir}` } });
    expect(only).toMatchObject({ status: 'failed', code: 'DIGEST_MISMATCH', what: expect.stringContaining('neither signed nor sent over https') as string });
  });
});

describe('a vendor that gives images to customers only', () => {
  const CUSTOMER = {
    mirrors: ['vendor'],
    index: { path: 'images/tin/1', entry: 'tin-{build}-kvm.qcow2' },
    path: 'tin-{build}-kvm.qcow2',
    checksums: 'images/tin/1',
    customerApi: { loginMirror: 'vendor', loginPath: 'token', clientId: 'a-client', tokenVariable: 'OFFLINE_TOKEN', downloadPath: 'images/{digest}/download' },
  };
  const LIST = JSON.stringify({
    body: [
      { filename: 'tin-1.10-kvm.qcow2', checksum: HEX.new },
      { filename: 'tin-1.10-boot.iso', checksum: HEX.old },
    ],
  });

  test('the offline token becomes an access token, which opens the list', async () => {
    vendor.put('/token', JSON.stringify({ access_token: 'for-a-moment' }));
    vendor.put('/images/tin/1', LIST);
    const run = await locked(CUSTOMER, { env: { OFFLINE_TOKEN: 'se"cret &+' } });
    expect(run.only).toMatchObject({ status: 'new', after: { build: '1.10', digest: { hex: HEX.new } } });
    expect(vendor.asked[0]).toMatchObject({ method: 'POST', path: '/token' });
    expect(Object.fromEntries(new URLSearchParams(vendor.asked[0]?.body))).toEqual({
      ...{ grant_type: 'refresh_token', client_id: 'a-client', refresh_token: 'se"cret &+' },
    });
    expect(vendor.asked.slice(1).map(({ authorization }) => authorization)).toEqual(['Bearer for-a-moment', 'Bearer for-a-moment']);
  });

  test('without a token nobody is asked', async () => {
    const run = await locked(CUSTOMER);
    expect(run.only).toMatchObject({ status: 'failed', code: 'HOST_NOT_READY', what: expect.stringContaining('OFFLINE_TOKEN') as string });
    expect(vendor.asked).toEqual([]);
  });
});

test('one dead vendor does not stop the others', async () => {
  const dead = { ...DISTRO, id: 'tan-1', aliases: [], cloudImage: { ...SIGNED, mirrors: ['dead'] } };
  const run = await locked(SIGNED, { files: { 'config/distros/tan-1.yaml': { yaml: dead } } });
  expect(run.summary.results.map(({ distro, status }) => [distro, status])).toEqual([
    ['tan-1', 'failed'],
    ['tin-1', 'new'],
  ]);
});

test('a distro without an image of its vendor is passed over, and refused when it is named', async () => {
  const made = project();
  const desk = deskOf(made);
  expect((await lock(desk, { distros: [], dryRun: true, cacheDir: made.dir })).results).toEqual([]);
  await expect(lock(desk, { distros: ['tin'], dryRun: true, cacheDir: made.dir })).rejects.toMatchObject({
    code: 'USAGE',
    what: expect.stringContaining('tin-1') as string,
  });
});
