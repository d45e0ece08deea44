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
