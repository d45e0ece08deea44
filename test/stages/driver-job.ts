import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFacts } from '../../scripts/model/build-plan.ts';
import type { LayerName } from '../../scripts/model/image-spec.ts';
import type { DriverJob } from '../../scripts/stages/bake-layer.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { samplePlan, sampleTexts, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

/** One layer of the sample image, with its payload laid out and its parent in the cache, as a driver gets it. */
export function driverJob(host: FakeHost, name: LayerName, facts: Partial<HostFacts> = {}): DriverJob {
  const [spec, workspace] = [sampleSpec(), sampleWorkspace(host.dir)];
  const plan = samplePlan(spec, facts);
  const layer = plan.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) throw new Error(`the sample image has no layer ${name}`);
  const cache = openDiskCache(host, workspace.cacheDir, workspace.runId);
  const workDir = join(workspace.runDir, name);
  const payloadDir = join(workDir, 'payload');
  for (const dir of [cache.dir, payloadDir]) mkdirSync(dir, { recursive: true });
  writeFileSync(join(payloadDir, 'layer'), `${name}\n`);
  const parentPath = join(cache.dir, 'parent.qcow2');
  writeFileSync(parentPath, 'parent');
  return {
    ...{ spec, plan, layer, parentPath, cache, workspace, workDir, payloadDir },
    ...{ texts: sampleTexts(spec), locks: [], hostAptDump: '', partialPath: cache.partialPath(layer.key), logPath: join(workspace.logDir, `${name}.log`) },
  };
}
