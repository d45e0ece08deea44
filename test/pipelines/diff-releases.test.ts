import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Inventory } from '../../scripts/model/inventory.ts';
import type { Release } from '../../scripts/model/release.ts';
import { diffStored } from '../../scripts/pipelines/diff-releases.ts';
import { publishArtifact } from '../../scripts/pipelines/publish-artifact.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { artifactOf, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const host = fakeHost();
const desk = { host, say: () => undefined };
const storeLocation = join(host.dir, 'published');
const versions: string[] = [];

function publish(content: string, packages: readonly string[], inventory: Inventory): Promise<Release> {
  const artifact = { ...artifactOf(host.dir, content), packages };
  return publishArtifact(desk, { storeLocation, buildDir: host.dir, artifact, report: reportOf(artifact, { inventory, openPorts: [22] }), spec: specOf() });
}

const inventoryOf = (version: string): Inventory => ({
  packages: [{ type: 'deb', name: 'bash', version, source: 'bash', arch: 'amd64' }],
  privileged: {},
  units: [],
  files: { 'etc/version': version },
});

beforeAll(async () => {
  versions.push((await publish('one', ['bash 5.1 amd64'], inventoryOf('5.1'))).version);
  versions.push((await publish('two', ['bash 5.2 amd64'], inventoryOf('5.2'))).version);
});

test('any two releases are compared, by whatever names them', async () => {
  const diff = await diffStored(desk, { storeLocation, from: `${IMAGE_ID}@${versions[0]}`, to: `${IMAGE_ID}@latest` });
  expect(diff).toMatchObject({ from: `${IMAGE_ID}@${versions[0]}`, to: `${IMAGE_ID}@${versions[1]}`, files: { changed: ['etc/version'] } });
  expect(diff.packages.changed).toEqual([{ name: 'bash', before: '5.1', now: '5.2' }]);
  const back = await diffStored(desk, { storeLocation, from: IMAGE_ID, to: `${IMAGE_ID}@${versions[0]}` });
  expect(back.packages.changed).toEqual([{ name: 'bash', before: '5.2', now: '5.1' }]);
});

test('a release tells on its own what is new in it, and what is installed', async () => {
  const store = openStore(host, storeLocation);
  const [first, second] = await Promise.all(versions.map((version) => store.find({ imageId: IMAGE_ID, selector: { kind: 'version', version } })));
  expect(await first?.readText('CHANGES.md')).toContain('Not compared with anything');
  expect(await second?.readText('CHANGES.md')).toContain('- bash 5.1 → 5.2');
  expect(JSON.parse((await second?.readText('sbom.cdx.json')) ?? '')).toMatchObject({ bomFormat: 'CycloneDX', components: [{ name: 'bash', version: '5.2' }] });
});

test('a release whose report is gone cannot be compared', async () => {
  rmSync(join(storeLocation, IMAGE_ID, versions[0] ?? '', 'report.json'));
  await expect(diffStored(desk, { storeLocation, from: `${IMAGE_ID}@${versions[0]}`, to: IMAGE_ID })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
