import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StageTime } from '../../scripts/model/artifact.ts';
import { makeArtifact, type Making } from '../../scripts/pipelines/make-artifact.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import { fakeDisks, PROJECT_DIR, unflushed } from '../support/fake-disks.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { memoryLayers } from '../support/memory-layers.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan, sampleTexts, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

function setUp(): { readonly host: FakeHost; readonly making: Making } {
  const fake = fakeHost(fakeDisks(), { pid: process.pid, projectDir: PROJECT_DIR });
  const host = { ...fake, files: unflushed(fake.files) };
  const spec = sampleSpec();
  const workspace = sampleWorkspace(host.dir);
  const cache = openDiskCache(host, workspace.cacheDir, workspace.runId);
  const stageTimes: readonly StageTime[] = [{ name: 'indexes', seconds: 1 }];
  const making = { spec, texts: sampleTexts(spec), plan: samplePlan(spec), indexDigests: {}, cache, shared: undefined, workspace, fresh: false, stageTimes };
  return { host, making };
}

test('makes the disk that is tested from the stack, with its plan and its inputs kept beside', async () => {
  const { host, making } = setUp();
  await host.files.makeDir(making.workspace.logDir);
  const { artifact, stack } = await makeArtifact(deskOf(host), making);
  expect(readFileSync(artifact.diskPath, 'utf8')).toBe(readFileSync(stack.flatPath, 'utf8'));
  expect(artifact.stageTimes).toEqual(making.stageTimes);
  expect(JSON.parse(readFileSync(join(making.workspace.logDir, 'plan.json'), 'utf8'))).toEqual(making.plan);
  expect(JSON.parse(readFileSync(join(artifact.diskPath, '../inputs.json'), 'utf8'))).toMatchObject({ kind: 'BakeInputs' });
  expect(stack.disks.map(({ name }) => name)).toEqual(['base', 'packages', 'compact', 'configure', 'sealed']);
});

test('asks other machines first, where there is a place for that', async () => {
  const { host, making } = setUp();
  const place = memoryLayers();
  await host.files.makeDir(making.workspace.logDir);
  await makeArtifact(deskOf(host), { ...making, shared: place.open(false) });
  expect(place.asked.slice(0, 3)).toEqual(['find compact', 'find configure', 'find sealed']);
});
