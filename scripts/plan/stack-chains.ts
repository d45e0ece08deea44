import type { BuildPlan, KeyFields } from '../model/build-plan.ts';
import type { WantedLayer } from '../model/layer-record.ts';
import type { LayerStack } from './layer-stack.ts';

/** A disk of a stack with all that its description in the cache says of it. */
export interface ChainDisk extends WantedLayer {
  readonly imageId: string;
  readonly keyFields: KeyFields;
}

/** What a stack is put together from, each a chain from a whole disk upwards. */
export interface StackChains {
  /** The compressed disk and the layers on it: with all of these nothing is baked. */
  readonly upper: readonly ChainDisk[];
  /** The base and the layers that are compressed with it: of use where the compressed disk is not to be had. */
  readonly lower: readonly ChainDisk[];
}

/** Lays out a stack as the chains that can be had from elsewhere. */
export function stackChains(plan: BuildPlan, stack: LayerStack, distroId: string): StackChains {
  const { imageId } = plan;
  const onTop = (below: ChainDisk, layers: LayerStack['upper']): readonly ChainDisk[] =>
    layers.reduce<readonly ChainDisk[]>(
      (chain, { name, key, keyFields }) => [...chain, { name, key, keyFields, imageId, parentKey: chain.at(-1)?.key ?? null }],
      [below],
    );
  const compact: ChainDisk = { name: 'compact', key: stack.flatKey, keyFields: { parent: stack.compacted.key }, imageId, parentKey: null };
  const base: ChainDisk = { name: 'base', key: plan.base.key, keyFields: plan.base.keyFields, imageId: distroId, parentKey: null };
  return { upper: onTop(compact, stack.upper), lower: onTop(base, stack.lower) };
}
