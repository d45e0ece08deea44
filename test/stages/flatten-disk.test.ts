import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layerStack } from '../../scripts/plan/layer-stack.ts';
import { flattenDisk, type FlattenRequest } from '../../scripts/stages/flatten-disk.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import { fakeDisks, filesBelow } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan, sampleWorkspace } from '../support/sample-bake.ts';

function flattening(answers: readonly Answer[] = []): { readonly host: FakeHost; readonly request: FlattenRequest; readonly flatten: () => Promise<string> } {
  const host = fakeHost(fakeDisks(answers));
  const { cacheDir, runId } = sampleWorkspace(host.dir);
  const [plan, cache] = [samplePlan(), openDiskCache(host, cacheDir, runId)];
  const path = join(cache.dir, 'app.qcow2');
  mkdirSync(cache.dir, { recursive: true });
  writeFileSync(path, 'app');
  const request = { plan, stack: layerStack(plan), path, cache };
  return { host, request, flatten: () => runStage(deskOf(host), flattenDisk, request) };
}

describe('flattenDisk', () => {
  test('compresses all below the configuration into one disk that stands alone', async () => {
    const { host, request, flatten } = flattening();
    const path = await flatten();
    expect(readFileSync(path, 'utf8')).toBe('copy of (app)');
    expect(host.commands).toEqual([
      `qemu-img convert -c -o compression_type=zstd,cluster_size=256K -m 4 -W -O qcow2 ${request.path} ${request.cache.partialPath(request.stack.flatKey)}`,
    ]);
    const description = JSON.parse(readFileSync(join(request.cache.dir, `${request.stack.flatKey}.json`), 'utf8')) as unknown;
    expect(description).toMatchObject({ name: 'compact', imageId: request.plan.imageId, parentFile: null, keyFields: { parent: request.stack.compacted.key } });
  });

  test('leaves nothing when it fails, and what it was to compress as it is', async () => {
    const half: Answer = { command: 'qemu-img convert', exitCode: 1, effect: (argv) => writeFileSync(argv.at(-1) ?? '', 'half') };
    const { request, flatten } = flattening([half]);
    await expect(flatten()).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(filesBelow(request.cache.dir)).toEqual([request.path]);
  });
});
