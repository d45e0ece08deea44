import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Release } from '../../scripts/model/release.ts';
import { pushContainerDisk, type PushedDisk, type PushRequest } from '../../scripts/pipelines/push-container-disk.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { startRegistry } from '../store/oci/registry-server.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';
import { copiedImage, diskOfImage } from '../support/oci-image.ts';
import { IMAGE_ID, realRelease } from '../support/real-release.ts';

const server = await startRegistry();
afterAll(() => server.stop());
let repositories = 0;

interface Place {
  readonly desk: Desk;
  readonly dir: string;
  readonly storeDir: string;
  readonly release: Release;
  readonly push: (change?: Partial<PushRequest>, desk?: Desk) => Promise<PushedDisk>;
  /** What is left below build/. */
  readonly left: () => readonly string[];
}

async function setUp(): Promise<Place> {
  for (const tool of ['qemu-img', 'qemu-io', 'skopeo', 'tar']) needTool(tool);
  const { dir } = fakeHost();
  for (const room of ['config', 'templates']) symlinkSync(join(process.cwd(), room), join(dir, room));
  const desk: Desk = {
    host: localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } }),
    say: () => undefined,
  };
  const [storeDir, buildDir] = [join(dir, 'published'), join(dir, 'build')];
  mkdirSync(storeDir);
  const release = await realRelease(desk, storeDir);
  repositories += 1;
  const wish = { storeLocation: storeDir, reference: IMAGE_ID, pushTo: `oci://127.0.0.1:${server.port}/team/vms-${repositories}`, buildDir };
  return {
    ...{ desk, dir, storeDir, release },
    push: (change = {}, other = desk) => pushContainerDisk(other, { ...wish, ...change }),
    left: () => readdirSync(buildDir, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(?:tar|qcow2)$/.test(path)),
  };
}

test('what skopeo pulls has the digest that was told, and the very bytes of the release', async () => {
  const place = await setUp();
  const { image, tag, reference, sizeBytes } = await place.push();
  expect(reference).toBe(`${IMAGE_ID}@2026.11.22-1`);
  const { digest } = copiedImage(`docker://${tag}`, join(place.dir, 'by-tag'));
  expect(image.split('@')[1]).toBe(digest);
  expect(copiedImage(`docker://${image}`, join(place.dir, 'by-digest')).digest).toBe(digest);
  const { sha256 } = place.release.disk;
  expect(diskOfImage(join(place.dir, 'by-digest'))).toEqual({
    entries: [
      'dr-xr-xr-x 107/107 0 2026-11-22 00:00 disk/',
      `-r--r----- 107/107 ${place.release.disk.sizeBytes} 2026-11-22 00:00 disk/${IMAGE_ID}-2026.11.22-1.qcow2`,
    ],
    sha256,
  });
  expect(sizeBytes).toBeGreaterThan(place.release.disk.sizeBytes);
  expect(place.left()).toEqual([]);
});

test('the same release again is the same image', async () => {
  const place = await setUp();
  expect(await place.push()).toEqual(await place.push());
});

test('a release that was written to is refused, and nothing is pushed', async () => {
  const place = await setUp();
  const latest = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;
  const path = await (await openStore(place.desk.host, place.storeDir).find(latest)).bringDisk();
  const bytes = readFileSync(path);
  bytes.writeUInt8(1, bytes.length - 1);
  writeFileSync(path, bytes);
  const asked: string[] = [];
  const { host } = place.desk;
  const fetch: typeof host.net.fetch = (url, request) => (asked.push(url), host.net.fetch(url, request));
  await expect(place.push({}, { ...place.desk, host: { ...host, net: { ...host.net, fetch } } })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
  expect(asked).toEqual([]);
  expect(place.left()).toEqual([]);
});

test('a full disk is said in our words, and a registry that is not there in one sentence', async () => {
  const place = await setUp();
  const { host } = place.desk;
  const full: Desk = { ...place.desk, host: { ...host, run: (argv, options) => host.run(argv[0] === 'tar' ? FULL_DISK : argv, options) } };
  await expect(place.push({}, full)).rejects.toMatchObject({ code: 'NO_SPACE', fix: expect.stringContaining('INGOT_BUILD_DIR') as string });
  await expect(place.push({ pushTo: 'oci://127.0.0.1:9/a/b' })).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  expect(place.left()).toEqual([]);
});

test('an address that is none is refused before anything is looked for', async () => {
  const place = await setUp();
  await expect(place.push({ pushTo: 's3://bucket', reference: 'no-such-thing' })).rejects.toMatchObject({
    code: 'USAGE',
    fix: expect.stringContaining('--push oci://') as string,
  });
});

const FULL_DISK = ['bash', '-c', 'echo "tar: layer.tar: Wrote only 4096 of 10240 bytes: No space left on device" >&2; exit 2'] as const;
