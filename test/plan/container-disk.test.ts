import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { blobPath, layerEntries, layoutTexts, planContainerDisk } from '../../scripts/plan/container-disk.ts';
import { launchRelease } from '../support/launch-sample.ts';

const RELEASE = launchRelease();
const LAYER = { sha256: 'cd'.repeat(32), sizeBytes: 10_240 };
const IMAGE = planContainerDisk(RELEASE, LAYER);
const NOTES = {
  'org.opencontainers.image.created': '2026-11-22T00:00:00.000Z',
  'org.opencontainers.image.title': 'box-small-tin-1.2',
  'org.opencontainers.image.version': '2026.11.22-1',
  'vnd.ingot.disk.sha256': 'ab'.repeat(32),
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('the image is one for Linux on amd64, whose one layer is the given one', () => {
  const { created, architecture, os, rootfs, config } = JSON.parse(IMAGE.config.text) as Readonly<Record<string, unknown>>;
  expect({ created, architecture, os, rootfs, config }).toEqual({
    created: '2026-11-22T00:00:00.000Z',
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${LAYER.sha256}`] },
    config: { Labels: NOTES },
  });
});

test('its manifest names the configuration and the layer by their content, and the disk that was tested', () => {
  expect(JSON.parse(IMAGE.manifest.text)).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${sha256(IMAGE.config.text)}`, size: IMAGE.config.text.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${LAYER.sha256}`, size: 10_240 }],
    annotations: NOTES,
  });
  expect([IMAGE.config, IMAGE.manifest].map((part) => part.sha256)).toEqual([IMAGE.config, IMAGE.manifest].map(({ text }) => sha256(text)));
});

test('a layout has every text of it where its digest says, and one image', () => {
  const files = new Map(layoutTexts(RELEASE, IMAGE).map(({ path, text }) => [path, text]));
  expect([...files.keys()]).toEqual(['oci-layout', 'index.json', blobPath(IMAGE.config.sha256), blobPath(IMAGE.manifest.sha256)]);
  for (const [path, text] of files) if (path.startsWith('blobs/')) expect(path).toBe(`blobs/sha256/${sha256(text)}`);
  expect(JSON.parse(files.get('oci-layout') ?? '')).toEqual({ imageLayoutVersion: '1.0.0' });
  expect(JSON.parse(files.get('index.json') ?? '')).toMatchObject({
    schemaVersion: 2,
    manifests: [
      {
        digest: `sha256:${IMAGE.manifest.sha256}`,
        size: IMAGE.manifest.text.length,
        annotations: { 'org.opencontainers.image.ref.name': 'box-small-tin-1.2:2026.11.22-1' },
      },
    ],
  });
});

test('the disk is the one file of the folder in which KubeVirt looks', () => {
  expect(layerEntries(RELEASE)).toEqual({
    folder: { path: 'disk', mode: '0555' },
    disk: { path: 'disk/box-small-tin-1.2-2026.11.22-1.qcow2', mode: '0440' },
  });
});
