import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { publish } from '../../scripts/pipelines/publish.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { startRegistry } from '../store/oci/registry-server.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startPublisher } from './support/publisher.ts';
import { startProxy, type Proxy } from './support/proxy.ts';
import { startS3Server } from './support/s3-server.ts';

const MIB = 2 ** 20;
const V1 = '2026.11.22-1';
const s3 = await startS3Server();
const registry = await startRegistry();
const proxies = { s3: await startProxy(s3.port), oci: await startProxy(registry.port) };
afterAll(async () => {
  await Promise.all([proxies.s3.close(), proxies.oci.close()]);
  await Promise.all([s3.stop(), registry.stop()]);
});

let stores = 0;

interface Bench {
  readonly host: Host;
  readonly dir: string;
  readonly location: string;
  readonly proxy: Proxy;
}

/** A host that reaches its store only through the proxy. */
async function setUp(kind: 's3' | 'oci'): Promise<Bench> {
  const { dir } = fakeHost();
  const proxy = proxies[kind];
  proxy.setWeather({});
  stores += 1;
  const location = kind === 's3' ? `s3://${await s3.newBucket()}` : `oci://127.0.0.1:${proxy.port}/weather/images-${stores}`;
  const env = { ...s3.env(proxies.s3.port), INGOT_SIGNING_KEY: 'none', INGOT_BUILD_DIR: join(dir, 'build') };
  return { host: localHost({ interrupted: new AbortController().signal, projectDir: dir, env }), dir, location, proxy };
}

const latest = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;
const bigText = (letter: string): string => `${letter}0123456789abcdef`.repeat((20 * MIB) / 17);

describe.each(['s3', 'oci'] as const)('%s', (kind) => {
  test('a line that tears while a release is written is gone on with', async () => {
    const { host, dir, location, proxy } = await setUp(kind);
    const store = openStore(host, location);
    await store.prepare();
    proxy.setWeather({ tearAfterBytes: { up: 5 * MIB }, tears: 2 });
    const content = bigText('a');
    await addRelease(store, artifactOf(dir, content), V1);
    expect(proxy.torn()).toBe(2);
    expect(digestText(readFileSync(await (await store.find(latest)).bringDisk(), 'utf8'))).toBe(digestText(content));
  });

  test('a line that tears again and again while a disk is fetched is gone on with where it tore', async () => {
    const { host, dir, location, proxy } = await setUp(kind);
    const store = openStore(host, location);
    const content = bigText('b');
    await addRelease(store, artifactOf(dir, content), V1);
    const found = await store.find(latest);
    proxy.setWeather({ tearAfterBytes: { down: 6 * MIB } });
    expect(digestText(readFileSync(await found.bringDisk(), 'utf8'))).toBe(digestText(content));
    expect(proxy.torn()).toBeGreaterThanOrEqual(2);
    expect(proxy.torn()).toBeLessThanOrEqual(4);
  });

  test('a slow line is waited for', async () => {
    const { host, dir, location, proxy } = await setUp(kind);
    proxy.setWeather({ delayMs: 40 });
    const store = openStore(host, location);
    const release = await addRelease(store, artifactOf(dir, 'slow'), V1);
    expect((await store.find(latest)).release).toEqual(release);
  });

  test('answers that are lost, with what they answered done, lose and double nothing', async () => {
    const { host, dir, location, proxy } = await setUp(kind);
    const store = openStore(host, location);
    await addRelease(store, artifactOf(dir, 'one'), V1);
    proxy.setWeather({ tearAfterBytes: { down: 0 }, tears: 1 });
    for (let n = 0; n < 12; n += 1) {
      const artifact = artifactOf(dir, `disk ${n}`);
      proxy.setWeather({ tearAfterBytes: { down: 400 * n }, tears: 1 });
      await publish({ host, say: () => undefined }, { storeLocation: location, artifact, report: reportOf(artifact), spec: specOf(), reports: [] });
    }
    proxy.setWeather({});
    const { releases } = await store.readIndex();
    expect(releases.map(({ sha256 }) => sha256).toSorted()).toEqual(['one', ...Array.from({ length: 12 }, (_, n) => `disk ${n}`)].map(digestText).toSorted());
  });

  test('a server that is not there is said in one sentence, without what we know of ourselves', async () => {
    const { dir } = await setUp(kind);
    const env = { ...s3.env(9), INGOT_SIGNING_KEY: 'none', INGOT_BUILD_DIR: join(dir, 'build') };
    const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env });
    const failure: unknown = await openStore(host, kind === 's3' ? 's3://bucket' : 'oci://127.0.0.1:9/a/b')
      .readIndex()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    expect(JSON.stringify(failure)).not.toContain(s3.env()['AWS_SECRET_ACCESS_KEY']);
  });
});

describe('s3', () => {
  test('a publisher that is killed while it uploads is gone on with by the next, under the same number, without sending again what was sent', async () => {
    const { host, dir, location } = await setUp('s3');
    const artifact = artifactOf(dir, bigText('k').repeat(3));
    const report = reportOf(artifact);
    const killed = await publishAndKill({ dir, location, content: bigText('k').repeat(3) });
    expect(killed).toBe('SIGKILL');
    const store = openStore(host, location);
    expect((await store.readIndex()).releases).toEqual([]);
    const notes: string[] = [];
    const release = await publish(
      { host, say: (event) => void (event.type === 'note' && notes.push(event.message)) },
      { storeLocation: location, artifact, report, spec: specOf(), reports: [] },
    );
    expect(notes).toContain(`Going on with ${IMAGE_ID}@${release.version}, which had been begun`);
    expect((await store.readIndex()).releases.map(({ version }) => version)).toEqual([release.version]);
    expect(digestText(readFileSync(await (await store.find(latest)).bringDisk(), 'utf8'))).toBe(artifact.sha256);
    expect((await s3.client.listMultipartUploads({ Bucket: location.slice('s3://'.length) })).Uploads ?? []).toEqual([]);
  });

  test('two publishers that read the same index cannot lose each other’s change', async () => {
    const { host, dir, location } = await setUp('s3');
    await openStore(host, location).prepare();
    const versions = Array.from({ length: 6 }, (_, n) => `2026.11.22-${n + 1}`);
    await Promise.all(versions.map((version) => addRelease(openStore(host, location), artifactOf(dir, version), version)));
    expect((await openStore(host, location).readIndex()).releases.map(({ version }) => version).toSorted()).toEqual(versions);
  });

  test('caches are told that releases never change, and that the index soon does', async () => {
    const { host, dir, location } = await setUp('s3');
    await addRelease(openStore(host, location), artifactOf(dir, 'one'), V1);
    const head = async (key: string): Promise<unknown> => {
      const { CacheControl, ContentType } = await s3.client.headObject({ Bucket: location.slice('s3://'.length), Key: key });
      return [CacheControl, ContentType];
    };
    expect(await head('index.json')).toEqual(['public, max-age=30, must-revalidate', 'application/json']);
    expect(await head(`${IMAGE_ID}/${V1}/disk.qcow2`)).toEqual(['public, max-age=31536000, immutable', 'application/octet-stream']);
    expect(await head(`${IMAGE_ID}/${V1}/SHA256SUMS`)).toEqual(['public, max-age=31536000, immutable', 'text/plain; charset=utf-8']);
  });

  test('wrong credentials are refused by name, and never shown', async () => {
    const { dir, location } = await setUp('s3');
    const env = { ...s3.env(), AWS_SECRET_ACCESS_KEY: 'not-the-secret', INGOT_SIGNING_KEY: 'none' };
    const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env });
    const failure: unknown = await openStore(host, location)
      .prepare()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORE_NOT_WRITABLE' });
    expect(JSON.stringify(failure)).not.toContain('not-the-secret');
    const nowhere = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { ...s3.env(), INGOT_SIGNING_KEY: 'none' } });
    await expect(openStore(nowhere, 's3://no-such-bucket').prepare()).rejects.toMatchObject({
      code: 'STORE_NOT_WRITABLE',
      what: expect.stringContaining('no bucket'),
    });
  });
});

/** Publishes in a process of its own, over a line whose answers come late, and kills it once a part of the disk has come. */
async function publishAndKill({
  dir,
  location,
  content,
}: {
  readonly dir: string;
  readonly location: string;
  readonly content: string;
}): Promise<string | null> {
  proxies.s3.setWeather({ delayMs: 300 });
  const child = startPublisher({ location, dir, imageId: IMAGE_ID, contents: [content] }, s3.env(proxies.s3.port));
  const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)));
  while (child.exitCode === null && (await partsIn(location.slice('s3://'.length))) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  proxies.s3.setWeather({});
  return ended;
}

async function partsIn(bucket: string): Promise<number> {
  const [upload] = (await s3.client.listMultipartUploads({ Bucket: bucket })).Uploads ?? [];
  if (upload === undefined) return 0;
  return ((await s3.client.listParts({ Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId })).Parts ?? []).length;
}
