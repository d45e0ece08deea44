import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Release } from '../../scripts/model/release.ts';
import { makeContainerDisk, type MadeContainerDisk } from '../../scripts/stages/make-container-disk.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost } from '../support/fake-host.ts';
import { launchRelease } from '../support/launch-sample.ts';
import { digestText } from '../store/fixtures.ts';

const CONTENT = 'the bytes of a disk';

function make(
  change: Partial<Release['disk']> = {},
  publishedAt = '2026-11-22T00:00:00.000Z',
): { readonly made: Promise<MadeContainerDisk>; readonly host: Host } {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
  const diskPath = join(dir, 'release.qcow2');
  writeFileSync(diskPath, CONTENT);
  const sample = launchRelease();
  const release = { ...sample, disk: { ...sample.disk, sha256: digestText(CONTENT), sizeBytes: CONTENT.length, ...change }, publishedAt };
  return { host, made: runStage({ host, say: () => undefined }, makeContainerDisk, { release, diskPath, workDir: dir }) };
}

test('the layer is described as it lies there', async () => {
  const { image, layerPath } = await make().made;
  expect(image.layer).toEqual({ sha256: digestText(readFileSync(layerPath, 'latin1')), sizeBytes: statSync(layerPath).size });
  expect(JSON.parse(image.manifest.text)).toMatchObject({ layers: [{ digest: `sha256:${image.layer.sha256}`, size: image.layer.sizeBytes }] });
});

test('one release is one image, whoever makes it; another time of publication is another', async () => {
  const digest = async (publishedAt?: string): Promise<string> => (await make({}, publishedAt).made).image.manifest.sha256;
  expect(await digest()).toBe(await digest());
  expect(await digest('2026-11-23T00:00:00.000Z')).not.toBe(await digest());
});

test('the disk keeps its mode and its place on this host', async () => {
  const { made } = make();
  const { layerPath } = await made;
  expect(statSync(join(layerPath, '../release.qcow2')).mode & 0o777).toBe(0o644);
});

test('what is not the disk that was tested is refused', async () => {
  await expect(make({ sha256: 'ab'.repeat(32) }).made).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
    details: [`expected sha256 ${'ab'.repeat(32)}`, `found    sha256 ${digestText(CONTENT)}`],
  });
});
