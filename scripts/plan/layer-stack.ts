import type { BuildPlan, LayerPlan } from '../model/build-plan.ts';
import { digestOf } from './digest.ts';

/** A disk of the chain: a layer, or the base. */
export interface StackDisk {
  readonly name: string;
  readonly key: string;
}

/** How the layers of a plan become one disk: what is compressed once, and what is laid on it. */
export interface LayerStack {
  /** Layers that hold packages: baked as overlays on the base, then compacted together. */
  readonly lower: readonly LayerPlan[];
  /** Layers that hold the configuration: small overlays on the compacted disk. */
  readonly upper: readonly LayerPlan[];
  /** What is compacted: the uppermost of the lower layers, or the base when there is none. */
  readonly compacted: StackDisk;
  /** Key of the compacted disk. */
  readonly flatKey: string;
}

const LOWER = new Set(['packages', 'app']);

/** Splits a plan where a change of configuration must not cost a change of packages. */
export function layerStack(plan: BuildPlan): LayerStack {
  const lower = plan.layers.filter(({ name }) => LOWER.has(name));
  const compacted = lower.at(-1) ?? { name: 'base', key: plan.base.key };
  return {
    lower,
    upper: plan.layers.filter(({ name }) => !LOWER.has(name)),
    compacted: { name: compacted.name, key: compacted.key },
    flatKey: digestOf({ flat: compacted.key, compression: plan.output.compression, format: '1' }),
  };
}

/** Whether what was deleted is written over in a layer: the one that is compressed hands its free blocks on to every disk made from it, the sealed one to all who get it. */
export function isCleared(plan: BuildPlan, { name }: Pick<LayerPlan, 'name'>): boolean {
  return name === 'sealed' || name === layerStack(plan).compacted.name;
}
