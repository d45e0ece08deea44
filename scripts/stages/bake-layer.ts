import { basename, join } from 'node:path';
import type { BuildPlan, Driver, LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Workspace } from '../model/workspace.ts';
import { isCleared } from '../plan/layer-stack.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import { renameBackingArgv } from '../tools/qemu-img.ts';
import { bakeNatively } from './bake-natively.ts';
import { bakeInVm } from './bake-in-vm.ts';
import { clearFreeBlocks } from './clear-free-blocks.ts';
import type { FetchedLocks } from './fetch-language-packages.ts';
import { writePackageAccess } from './package-access.ts';
import type { Context, Stage } from './stage.ts';
import { writeSubscription } from './write-subscription.ts';
import { writePayload } from './write-payload.ts';

export interface LayerRequest {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly plan: BuildPlan;
  readonly layer: LayerPlan;
  /** Disk that the layer stands on, in the cache's folder. */
  readonly parentPath: string;
  readonly cache: DiskCache;
  readonly workspace: Workspace;
  readonly locks: FetchedLocks;
  readonly hostAptDump: string;
}

/** What a driver gets: where the parent is, where the overlay goes, and what to run in it. */
export interface DriverJob extends LayerRequest {
  readonly partialPath: string;
  readonly payloadDir: string;
  readonly workDir: string;
  readonly logPath: string;
}

const drivers: Readonly<Record<Driver, (job: DriverJob, context: Context) => Promise<void>>> = { native: bakeNatively, vm: bakeInVm };

/** Bakes one layer into the cache, whichever driver does it; returns the path of its overlay. */
export function bakeLayer(layer: LayerPlan): Stage<LayerRequest, string> {
  return {
    name: layer.name,
    title: `Layer ${layer.name}`,
    run: async (request, context) => {
      const { host, scope } = context;
      const { cache, workspace, plan, spec } = request;
      const partialPath = cache.partialPath(layer.key);
      const workDir = join(workspace.runDir, layer.name);
      const payloadDir = join(workDir, 'payload');
      const logPath = join(workspace.logDir, `${layer.name}.log`);
      await host.files.makeDir(payloadDir);
      scope.always('work folder of the layer', () => host.files.remove(workDir));
      scope.onFailure('half-baked layer', () => host.files.remove(partialPath));
      await writePayload(host, { spec, texts: request.texts, layer, locks: request.locks, dir: payloadDir });
      await writePackageAccess(host, { spec, texts: request.texts, driver: plan.driver, hostAptDump: request.hostAptDump, dir: join(payloadDir, 'bake') });
      await writeSubscription(host, { spec, layer, dir: join(payloadDir, 'bake') });
      await drivers[plan.driver]({ ...request, partialPath, payloadDir, workDir, logPath }, context);
      await host.run(renameBackingArgv({ path: partialPath, backing: basename(request.parentPath) }));
      if (isCleared(plan, layer)) await clearFreeBlocks({ layer, diskPath: partialPath, workDir }, context);
      return cache.keep({ key: layer.key, name: layer.name, imageId: spec.imageId, keyFields: layer.keyFields, partialPath, parentPath: request.parentPath });
    },
  };
}
