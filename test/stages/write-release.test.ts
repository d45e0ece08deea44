import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStage } from '../../scripts/stages/stage.ts';
import { updateIndex } from '../../scripts/stages/update-index.ts';
import { writeRelease } from '../../scripts/stages/write-release.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { artifactOf, IMAGE_ID, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

test('a given report.json is used as it is; the package list always comes from the artifact', async () => {
  const host = fakeHost([], { pid: process.pid });
  const desk = { host, say: () => undefined };
  const store = openStore(host, join(host.dir, 'published'));
  await store.prepare();
  const artifact = artifactOf(host.dir, 'disk');
  const release = releaseOf(artifact, '2026.11.22-1');
  const dir = join(store.location, IMAGE_ID, release.version);
  await store.exclusively('test', async (locked) => {
    await runStage(desk, writeRelease, { store: locked, release, artifact, report: reportOf(artifact), reports: [{ name: 'report.json', text: 'given' }] });
    expect(readFileSync(join(dir, 'report.json'), 'utf8')).toBe('given');
    expect(readFileSync(join(dir, 'packages.txt'), 'utf8')).toContain('nginx 1.22 amd64\n');
    expect((await store.readIndex()).releases).toEqual([]);
    expect((await runStage(desk, updateIndex, { store: locked, release })).channels).toEqual({ [IMAGE_ID]: { latest: release.version } });
  });
  expect((await store.readIndex()).releases).toHaveLength(1);
});

test('a disk whose list only a mount shows is listed as verification saw it', async () => {
  const host = fakeHost([], { pid: process.pid });
  const store = openStore(host, join(host.dir, 'published'));
  await store.prepare();
  const artifact = { ...artifactOf(host.dir, 'disk'), packages: [] };
  const release = releaseOf(artifact, '2026.11.22-1');
  const packages = [{ type: 'rpm', name: 'bash', version: '4.4-5.el8', source: 'bash.src.rpm', arch: 'x86_64' }] as const;
  const report = { ...reportOf(artifact), inventory: { packages, privileged: {}, units: [], files: {} } };
  await store.exclusively('test', async (locked) => {
    await runStage({ host, say: () => undefined }, writeRelease, { store: locked, release, artifact, report, reports: [] });
  });
  expect(readFileSync(join(store.location, IMAGE_ID, release.version, 'packages.txt'), 'utf8')).toBe('bash 4.4-5.el8 x86_64\n');
});
