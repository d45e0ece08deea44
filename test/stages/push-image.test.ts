import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../scripts/host/host.ts';
import { planContainerDisk } from '../../scripts/plan/container-disk.ts';
import { pushImage } from '../../scripts/stages/push-image.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { digestText } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { launchRelease } from '../support/launch-sample.ts';

/** A registry that has what it was given, and notes what it was asked. */
function registryOf(asked: string[]): (url: string, request?: HttpRequest) => Promise<HttpAnswer> {
  const held = new Map<string, string>();
  return (url, { method = 'GET', body = '' } = {}) => {
    const { pathname, searchParams } = new URL(url);
    asked.push(`${method} ${pathname.replace('/v2/team/vms/', '')}`);
    const name = pathname.endsWith('/upload-1') ? `/v2/team/vms/blobs/${searchParams.get('digest')}` : pathname;
    if (method === 'PUT') held.set(name, String(body));
    const text = held.get(name);
    const status = text === undefined && (method === 'GET' || method === 'HEAD') ? 404 : 200;
    const header = (of: string): string | undefined => (of === 'location' ? '/v2/team/vms/blobs/uploads/upload-1' : of === 'content-length' ? '1' : undefined);
    return Promise.resolve({ status, header, text: () => Promise.resolve(text ?? ''), chunks: (async function* () {})() });
  };
}

test('the layer goes up first, then the configuration, and the tag last', async () => {
  const host = fakeHost();
  const [asked, release] = [[] as string[], launchRelease()];
  const layerPath = join(host.dir, 'layer.tar');
  writeFileSync(layerPath, 'layer');
  const image = planContainerDisk(release, { sha256: digestText('layer'), sizeBytes: 5 });
  const desk = { host: { ...host, net: { ...host.net, fetch: registryOf(asked) } }, say: () => undefined };
  const stored = await runStage(desk, pushImage, { address: { authority: 'registry.test', repository: 'team/vms' }, release, image, layerPath });
  expect(stored.image).toBe(`registry.test/team/vms@sha256:${image.manifest.sha256}`);
  const tag = 'manifests/box-small-tin-1.2_2026.11.22-1-containerdisk';
  const upload = (sha256: string): readonly string[] => [`PUT blobs/uploads/upload-1`, `HEAD blobs/sha256:${sha256}`];
  expect(asked).toEqual([
    ...[`GET ${tag}`, `HEAD blobs/sha256:${image.layer.sha256}`, 'POST blobs/uploads/', 'PATCH blobs/uploads/upload-1', ...upload(image.layer.sha256)],
    ...[`HEAD blobs/sha256:${image.config.sha256}`, 'POST blobs/uploads/', ...upload(image.config.sha256)],
    ...[`GET ${tag}`, `PUT ${tag}`, `GET ${tag}`],
  ]);
});
