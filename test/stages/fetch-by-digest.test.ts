import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { FileDigest } from '../../scripts/model/distro.ts';
import { fetchByDigest, type Download } from '../../scripts/stages/fetch-by-digest.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { startVendor } from '../support/vendor-server.ts';

const IMAGE = randomBytes(300_000);
const digestOf = (content: Uint8Array, algorithm: FileDigest['algorithm'] = 'sha256'): FileDigest => ({
  algorithm,
  hex: createHash(algorithm).update(content).digest('hex'),
});

const vendor = await startVendor();
const root = mkdtempSync(join(tmpdir(), 'ingot-fetch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let dir = '';
let desk: RecordingDesk;
beforeEach(() => {
  dir = mkdtempSync(join(root, 'd-'));
  desk = deskOf(realHost());
  vendor.asked.length = 0;
  vendor.put('/image.qcow2', IMAGE);
});

function realHost(): Host {
  return localHost({ interrupted: new AbortController().signal, projectDir: root, env: {} });
}

const IMAGE_URL = `${vendor.url}/image.qcow2`;
const fetched = (changes: Partial<Download> = {}): Promise<string> =>
  fetchByDigest({ urls: [IMAGE_URL], digest: digestOf(IMAGE), dir, stalledAfterSeconds: 1, ...changes }, desk);
const kept = (): readonly string[] => readdirSync(dir);

describe('a download that goes well', () => {
  test('is named by its digest, and leaves nothing half-done', async () => {
    const path = await fetched();
    expect(path).toBe(join(dir, `sha256-${digestOf(IMAGE).hex}`));
    expect(readFileSync(path).equals(IMAGE)).toBe(true);
    expect(kept()).toHaveLength(1);
    expect(desk.events).toContainEqual({ type: 'progress', stage: 'base', message: 'fetching image.qcow2' });
  });

  test('may be known by its SHA-512', async () => {
    expect(await fetched({ digest: digestOf(IMAGE, 'sha512') })).toMatch(/sha512-[0-9a-f]{128}$/);
  });

  test('is not repeated, but hashed before each use, and fetched anew when it was damaged', async () => {
    const path = await fetched();
    expect(await fetched()).toBe(path);
    expect(vendor.asked).toHaveLength(1);
    writeFileSync(path, 'bit rot');
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked).toHaveLength(2);
  });

  test('follows a redirect', async () => {
    vendor.put('/moved.qcow2', '', { redirectTo: IMAGE_URL });
    expect(readFileSync(await fetched({ urls: [`${vendor.url}/moved.qcow2`] })).equals(IMAGE)).toBe(true);
  });
});

describe('a download that breaks off', () => {
  test('goes on where it stopped, for the very same file only', async () => {
    vendor.put('/image.qcow2', IMAGE, { hangUpAfter: 100_000, once: true });
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    const [first, second] = vendor.asked;
    expect(first).toMatchObject({ range: undefined, ifRange: undefined });
    expect(second?.range).toBe('bytes=100000-');
    expect(second?.ifRange).toMatch(/^"[0-9a-f]{16}"$/);
  });

  test('goes on in the next run as well', async () => {
    vendor.put('/image.qcow2', IMAGE, { stallAfter: 120_000, once: true });
    await expect(fetched()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', fix: expect.stringContaining('goes on there') as string });
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked.at(-1)?.range).toBe('bytes=120000-');
  });

  test('begins anew when the file has changed meanwhile', async () => {
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part`), IMAGE.subarray(0, 10));
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part.headers`), 'HTTP/1.1 200 OK\r\nETag: "older"\r\n\r\n');
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked.map(({ range, ifRange }) => [range, ifRange])).toEqual([
      ['bytes=10-', '"older"'],
      [undefined, undefined],
    ]);
  });

  test('begins anew when the part is not of this file', async () => {
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part`), 'from another file');
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked.map(({ range }) => range)).toEqual(['bytes=17-', undefined]);
  });

  test('begins anew when the part is longer than the file', async () => {
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part`), randomBytes(IMAGE.length + 5));
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
  });

  test('needs nobody when the part is all of it already', async () => {
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part`), IMAGE);
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked).toEqual([]);
  });

  test('begins anew at a server that cannot go on in the middle', async () => {
    writeFileSync(join(dir, `sha256-${digestOf(IMAGE).hex}.part`), IMAGE.subarray(0, 1000));
    vendor.put('/image.qcow2', IMAGE, { wholeOnly: true });
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
    expect(vendor.asked.map(({ range }) => range)).toEqual(['bytes=1000-', undefined]);
  });

  test('that never gets on is given up', async () => {
    vendor.put('/image.qcow2', IMAGE, { hangUpAfter: 0 });
    await expect(fetched()).rejects.toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      exitStatus: 3,
      what: `${new URL(vendor.url).host} did not give ${IMAGE_URL}`,
    });
    expect(existsSync(join(dir, `sha256-${digestOf(IMAGE).hex}`))).toBe(false);
  });

  test('while it stands still, says how far it is', async () => {
    vendor.put('/image.qcow2', IMAGE, { stallAfter: 150_000 });
    await expect(fetched({ stalledAfterSeconds: 3 })).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    const told = desk.events.filter((event) => event.type === 'progress' && event.message === 'fetching image.qcow2: 0.1 MiB of 0.3 MiB');
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ fraction: expect.closeTo(0.5, 1) as number });
  });
});

describe('what is refused', () => {
  test('another file: both digests are named, and none of it stays', async () => {
    vendor.put('/image.qcow2', 'something else');
    await expect(fetched()).rejects.toMatchObject({
      ...{ code: 'DIGEST_MISMATCH', exitStatus: 4, what: `${IMAGE_URL} is not the file that the lock names` },
      details: [`sha256 expected ${digestOf(IMAGE).hex}`, `${IMAGE_URL}:`, `sha256 found    ${createHash('sha256').update('something else').digest('hex')}`],
    });
    expect(kept()).toEqual([]);
  });

  test('a file that is cut short, although the server calls it whole', async () => {
    vendor.put('/image.qcow2', IMAGE.subarray(0, 200_000));
    await expect(fetched()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(kept()).toEqual([]);
  });

  test('a file that is gone: the remedy is the caller’s', async () => {
    vendor.remove('/image.qcow2');
    await expect(fetched({ whenGone: 'Run npm run lock' })).rejects.toMatchObject({
      ...{ code: 'BASE_INVALID', what: `${IMAGE_URL} is gone: nobody has this file any more`, fix: 'Run npm run lock' },
    });
    expect(kept()).toEqual([]);
    vendor.put('/image.qcow2', IMAGE);
    expect(readFileSync(await fetched()).equals(IMAGE)).toBe(true);
  });

  test('a redirect from https to plain http', async () => {
    vendor.put('/down.qcow2', '', { redirectTo: 'http://localhost:9/image.qcow2' });
    await expect(fetched({ urls: [`${vendor.url}/down.qcow2`] })).rejects.toMatchObject({
      ...{ code: 'NETWORK_UNREACHABLE', details: expect.arrayContaining([expect.stringMatching(/http.*(?:not supported|disabled)/i)]) as string[] },
    });
  });

  test('a server whose authority nobody here knows', async () => {
    const host = realHost();
    const run: Host['run'] = (argv, options) => host.run(argv, { ...options, env: { CURL_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' } });
    desk = deskOf({ ...host, run });
    await expect(fetched()).rejects.toMatchObject({
      details: expect.arrayContaining([expect.stringMatching(/certificate/i)]) as string[],
    });
    expect(kept()).toEqual([]);
  });

  test('a signed place is not repeated with its signature', async () => {
    vendor.remove('/image.qcow2');
    await expect(fetched({ urls: [`${IMAGE_URL}?signature=s3cret`] })).rejects.not.toThrow(/s3cret/);
    await expect(fetched({ urls: [`${IMAGE_URL}?signature=s3cret`] })).rejects.toMatchObject({
      details: expect.not.arrayContaining([expect.stringContaining('s3cret')]) as string[],
    });
  });
});

describe('several places', () => {
  test.each([
    ['has it no more', () => vendor.remove('/first.qcow2')],
    ['is broken', () => vendor.put('/first.qcow2', '', { status: 503 })],
    ['gives something else', () => vendor.put('/first.qcow2', 'something else')],
  ])('the second is asked when the first %s', async (_how, arrange) => {
    arrange();
    expect(readFileSync(await fetched({ urls: [`${vendor.url}/first.qcow2`, IMAGE_URL] })).equals(IMAGE)).toBe(true);
    expect(kept()).toHaveLength(1);
  });

  test('the second is not asked when the first has it', async () => {
    await fetched({ urls: [IMAGE_URL, `${vendor.url}/second.qcow2`] });
    expect(vendor.asked.map(({ path }) => path)).toEqual(['/image.qcow2']);
  });

  test('what one began another may go on with', async () => {
    mkdirSync(dir, { recursive: true });
    vendor.put('/first.qcow2', IMAGE, { stallAfter: 100_000 });
    expect(readFileSync(await fetched({ urls: [`${vendor.url}/first.qcow2`, IMAGE_URL] })).equals(IMAGE)).toBe(true);
    expect(vendor.asked.at(-1)?.range).toBe('bytes=100000-');
  });

  test('when none has it, each says why', async () => {
    vendor.put('/first.qcow2', '', { status: 503 });
    vendor.remove('/image.qcow2');
    await expect(fetched({ urls: [`${vendor.url}/first.qcow2`, IMAGE_URL] })).rejects.toMatchObject({
      ...{ code: 'NETWORK_UNREACHABLE', details: expect.arrayContaining([expect.stringContaining('503'), expect.stringContaining('404')]) as string[] },
    });
  });
});
