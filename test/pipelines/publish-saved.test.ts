import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { publishArtifact } from '../../scripts/pipelines/publish-artifact.ts';
import { publishSaved } from '../../scripts/pipelines/publish-saved.ts';
import { keepReport } from '../../scripts/store/artifacts.ts';
import { ARTIFACT, reportOf, row } from '../reports/sample-report.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

const SPEC = { imageId: 'house-small-os-1', distro: {}, components: [] } as unknown as ImageSpec;
vi.mock('../../scripts/config/load-spec.ts', () => ({ loadSpec: vi.fn(() => Promise.resolve({ spec: SPEC, texts: new Map() })) }));
vi.mock('../../scripts/pipelines/publish-artifact.ts', () => ({ publishArtifact: vi.fn(() => Promise.resolve({ version: '2026.11.22-1' })) }));

let host: FakeHost;
beforeEach(() => {
  host = fakeHost();
  vi.mocked(publishArtifact).mockClear();
});

/** Lays down what a bake leaves: the artifact's document, its disk, and a report. */
async function saved(key: string, bakedAt: string, outcome: 'pass' | 'fail' = 'pass'): Promise<string> {
  const dir = join(host.dir, 'build/artifacts/house-small-os-1', key);
  const artifact = { ...ARTIFACT, key, bakedAt, sizeBytes: 4, diskPath: join(dir, 'disk.qcow2') };
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'artifact.json'), JSON.stringify(artifact));
  writeFileSync(join(dir, 'disk.qcow2'), 'disk');
  await keepReport(host, {
    request: { buildDir: join(host.dir, 'build') },
    spec: SPEC,
    artifact,
    report: { ...reportOf([row({ outcome })]), parent: digestOf(artifact) },
  });
  return dir;
}

function publishing(target: string): ReturnType<typeof publishSaved> {
  return publishSaved(
    { host, say: () => undefined },
    { target, targetPath: join(host.dir, target), storeLocation: join(host.dir, 'store'), buildDir: join(host.dir, 'build') },
  );
}

const publishedKey = (): string | undefined => vi.mocked(publishArtifact).mock.lastCall?.[1].artifact.key;

test('a folder, an image or a distro: the newest artifact of it', async () => {
  await saved('old', '2026-11-20T00:00:00Z');
  await saved('new', '2026-11-22T00:00:00Z');
  await publishing('build/artifacts/house-small-os-1/old');
  expect(publishedKey()).toBe('old');
  await publishing('house-small-os-1');
  expect(publishedKey()).toBe('new');
  await publishing('os');
  expect(vi.mocked(loadSpec).mock.calls.some(([, wish]) => wish.distro === 'os')).toBe(true);
  expect(publishedKey()).toBe('new');
});

test('without a report that passed, exit 6 and the way to get one', async () => {
  await saved('k', '2026-11-22T00:00:00Z', 'fail');
  await expect(publishing('house-small-os-1')).rejects.toMatchObject({
    code: 'PUBLISH_REFUSED',
    exitStatus: 6,
    fix: expect.stringContaining('npm run bake -- --distro os-1 --role small'),
  });
  expect(publishArtifact).not.toHaveBeenCalled();
});

test('nothing baked is said so', async () => {
  await expect(publishing('os')).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND', exitStatus: 2 });
});
