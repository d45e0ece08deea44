import type { BuildPlan } from '../model/build-plan.ts';
import type { LayerStack } from '../plan/layer-stack.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import { compactArgv } from '../tools/qemu-img.ts';
import type { Stage } from './stage.ts';

export interface FlattenRequest {
  readonly plan: BuildPlan;
  readonly stack: LayerStack;
  /** Path of the disk to compact. */
  readonly path: string;
  readonly cache: DiskCache;
}

/** Compresses everything below the configuration once, so that a later change of configuration costs only its own clusters. */
export const flattenDisk: Stage<FlattenRequest, string> = {
  name: 'compact',
  title: 'Compaction',
  run: async ({ plan, stack, path, cache }, { host, scope }) => {
    const partialPath = cache.partialPath(stack.flatKey);
    scope.onFailure('half-compacted disk', () => host.files.remove(partialPath));
    await host.run(compactArgv({ from: path, to: partialPath, compression: plan.output.compression }));
    return cache.keep({
      key: stack.flatKey,
      name: 'compact',
      imageId: plan.imageId,
      keyFields: { parent: stack.compacted.key },
      partialPath,
      parentPath: null,
    });
  },
};
