import { createServer, type RequestListener, type Server } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { localHost } from '../../../scripts/host/local-host.ts';
import type { Host } from '../../../scripts/host/host.ts';
import type { ContainerDisk } from '../../../scripts/model/container-disk.ts';
import { planContainerDisk } from '../../../scripts/plan/container-disk.ts';
import type { OciAddress } from '../../../scripts/store/oci/address.ts';
import { findContainerDisk, pushContainerDisk, type StoredContainerDisk } from '../../../scripts/store/oci/container-disk.ts';
import { listTags, openRegistry } from '../../../scripts/store/oci/registry.ts';
import { openStore } from '../../../scripts/store/open-store.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { startProxy } from '../../stores/support/proxy.ts';
import { launchRelease } from '../../support/launch-sample.ts';
import { addRelease, artifactOf, digestText } from '../fixtures.ts';
import { startRegistry } from './registry-server.ts';

const server = await startRegistry();
const fronts: Server[] = [];
afterAll(async () => {
  for (const front of fronts) {
    front.closeAllConnections();
    front.close();
  }
  await server.stop();
});

const RELEASE = launchRelease();
const TAG = 'box-small-tin-1.2_2026.11.22-1-containerdisk';
let repositories = 0;

interface Bench {
  readonly host: Host;
  readonly address: OciAddress;
  /** Pushes an image whose layer has this content. */
  readonly push: (layer?: string, address?: OciAddress) => Promise<StoredContainerDisk>;
  readonly imageOf: (layer?: string) => ContainerDisk;
  readonly tags: () => Promise<readonly string[]>;
  readonly put: (tag: string, mediaType: string, text: string) => Promise<void>;
}

function setUp(port = server.port): Bench {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  repositories += 1;
  const address = { authority: `127.0.0.1:${port}`, repository: `team/disks-${repositories}` };
  const own = { authority: `127.0.0.1:${server.port}`, repository: address.repository };
  const imageOf = (layer = 'a layer'): ContainerDisk => planContainerDisk(RELEASE, { sha256: digestText(layer), sizeBytes: layer.length });
  return {
    ...{ host, address, imageOf },
    push: (layer = 'a layer', to = address) => {
      const layerPath = join(dir, 'layer.tar');
      writeFileSync(layerPath, layer);
      return pushContainerDisk(host, to, { release: RELEASE, image: imageOf(layer), layerPath });
    },
    tags: () => listTags(openRegistry(host, own)),
    put: async (tag, mediaType, text) =>
      void (await openRegistry(host, own).ask(`manifests/${tag}`, { method: 'PUT', headers: { 'content-type': mediaType }, body: text })),
  };
}

/** A server before the registry, or instead of it; resolves with its port. */
function startFront(listener: RequestListener): Promise<number> {
  const front = createServer(listener);
  fronts.push(front);
  return new Promise((resolve) => {
    front.listen(0, '127.0.0.1', () => {
      const address = front.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

describe('push', () => {
  test('gives the image its tag, and says the name by which it is always the same', async () => {
    const { push, tags, imageOf, address } = setUp();
    const repository = `${address.authority}/${address.repository}`;
    expect(await push()).toEqual({ tag: `${repository}:${TAG}`, image: `${repository}@sha256:${imageOf().manifest.sha256}` });
    expect(await tags()).toEqual([TAG]);
  });

  test('the same image again is the same answer, and nothing is sent', async () => {
    const { push } = setUp();
    const first = await push();
    const asked: string[] = [];
    const port = await startFront((request, response) => {
      asked.push(request.method ?? '');
      response.writeHead(307, { location: `http://127.0.0.1:${server.port}${request.url}` }).end();
    });
    const repository = first.tag.split('/').slice(1).join('/').split(':')[0] ?? '';
    expect((await push('a layer', { authority: `127.0.0.1:${port}`, repository })).image.split('@')[1]).toBe(first.image.split('@')[1]);
    expect(asked).toEqual(['GET']);
  });

  test('a tag that means another image stays as it is', async () => {
    const { push, host, address, imageOf } = setUp();
    const { image } = await push();
    await expect(push('another layer')).rejects.toMatchObject({
      code: 'PUBLISH_REFUSED',
      details: [`there sha256:${imageOf().manifest.sha256}`, `ours  sha256:${imageOf('another layer').manifest.sha256}`],
    });
    expect((await findContainerDisk(host, address, RELEASE)).image).toBe(image);
  });

  test('so does one that means a list of images', async () => {
    const { push, put, imageOf } = setUp();
    const { image } = await push();
    const size = imageOf().manifest.text.length;
    const list = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: image.split('@')[1], size, platform: { architecture: 'amd64', os: 'linux' } },
      ],
    });
    await put(TAG, 'application/vnd.oci.image.index.v1+json', list);
    await expect(push()).rejects.toMatchObject({ code: 'PUBLISH_REFUSED', details: [`there sha256:${digestText(list)}`, expect.any(String)] });
  });

  test('a layer that was written to meanwhile is not tagged', async () => {
    const { host, address, imageOf, tags } = setUp();
    const layerPath = join(fakeHost().dir, 'layer.tar');
    writeFileSync(layerPath, 'b layer');
    await expect(pushContainerDisk(host, address, { release: RELEASE, image: imageOf('a layer'), layerPath })).rejects.toMatchObject({
      code: 'DISK_CHANGED',
    });
    expect(await tags()).toEqual([]);
  });
});

describe('in the repository of a store', () => {
  test('a containerDisk is no release, no channel, and takes no number', async () => {
    const { push, host, address } = setUp();
    await push();
    const store = openStore(host, `oci://${address.authority}/${address.repository}`);
    expect((await store.readIndex()).releases).toEqual([]);
    const release = await addRelease(store, artifactOf(host.facts.projectDir, 'disk', RELEASE.imageId), RELEASE.version);
    const index = await store.readIndex();
    expect(index.releases.map(({ version }) => version)).toEqual([release.version]);
    expect(index.channels).toEqual({ [RELEASE.imageId]: { latest: RELEASE.version } });
    expect((await push()).tag).toContain(TAG);
  });
});

describe('find', () => {
  test('tells the image by its digest', async () => {
    const { push, host, address } = setUp();
    const pushed = await push();
    expect(await findContainerDisk(host, address, RELEASE)).toEqual(pushed);
  });

  test('one that is not there is answered with the command that puts it there', async () => {
    const { host, address } = setUp();
    await expect(findContainerDisk(host, address, RELEASE)).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
      fix: expect.stringContaining(`--push oci://${address.authority}/${address.repository}`) as string,
    });
  });

  test('one with another disk in it is refused', async () => {
    const { push, host, address } = setUp();
    await push();
    const other = { ...RELEASE, disk: { ...RELEASE.disk, sha256: 'cd'.repeat(32) } };
    await expect(findContainerDisk(host, address, other)).rejects.toMatchObject({
      code: 'DISK_CHANGED',
      details: [`expected disk sha256 ${'cd'.repeat(32)}`, `found    disk sha256 ${RELEASE.disk.sha256}`],
    });
  });
});

describe('a registry that says no', () => {
  test('401: who we are is the matter', async () => {
    const port = await startFront((_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('no'));
    await expect(setUp(port).push()).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE', what: expect.stringContaining('refuses us') as string });
  });

  test('404 to an upload: the repository is the matter', async () => {
    const port = await startFront((_request, response) => response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}'));
    await expect(setUp(port).push()).rejects.toMatchObject({
      code: 'STORE_NOT_WRITABLE',
      what: expect.stringContaining('is not there, or not for us') as string,
      details: ['HTTP status 404', expect.stringContaining('NAME_UNKNOWN')],
    });
  });

  test('who may read and not write is told so, and nothing is tagged', async () => {
    const port = await startFront((request, response) => {
      if (request.method === 'GET' || request.method === 'HEAD') response.writeHead(307, { location: `http://127.0.0.1:${server.port}${request.url}` }).end();
      else response.writeHead(403).end();
    });
    const { push, tags } = setUp(port);
    await expect(push()).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
    expect(await tags()).toEqual([]);
  });

  test('an upload that tears each time is given up, and nothing is tagged', async () => {
    const proxy = await startProxy(server.port);
    proxy.setWeather({ tearAfterBytes: { up: 50_000 } });
    const { push, tags } = setUp(proxy.port);
    await expect(push('torn'.repeat(50_000))).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', what: expect.stringContaining('tore') as string });
    expect(proxy.torn()).toBeGreaterThan(1);
    await proxy.close();
    expect(await tags()).toEqual([]);
  });
});
