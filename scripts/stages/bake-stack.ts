import type { LayerOutcome } from '../model/bake-outcome.ts';
import type { BuildPlan, LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Workspace } from '../model/workspace.ts';
import { explainKey } from '../plan/explain.ts';
import { layerStack, type LayerStack } from '../plan/layer-stack.ts';
import { stackChains, type ChainDisk, type StackChains } from '../plan/stack-chains.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import type { SharedLayers } from '../store/layers/shared-layers.ts';
import { bakeLayer } from './bake-layer.ts';
import { fetchLayers } from './fetch-layers.ts';
import { fetchLanguagePackages, type FetchedLocks } from './fetch-language-packages.ts';
import { flattenDisk } from './flatten-disk.ts';
import { makeBase } from './make-base.ts';
import type { UsedDisk } from './share-layers.ts';
import { runStage, type Desk } from './stage.ts';

export interface StackRequest {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly plan: BuildPlan;
  readonly cache: DiskCache;
  readonly workspace: Workspace;
  readonly hostAptDump: string;
  /** Bake everything again, whatever the cache holds. */
  readonly fresh: boolean;
  /** Where other machines share their layers. */
  readonly shared?: SharedLayers | undefined;
}

export interface BakedStack {
  readonly flatPath: string;
  readonly overlayPaths: readonly string[];
  /** Keys of the disks that came from another machine. */
  readonly fetched: readonly string[];
  /** What the stack was made from in this run, lowest first. */
  readonly disks: readonly UsedDisk[];
}

/** Bakes the layers that neither this cache nor the shared one has, lowest first. */
export async function bakeStack(desk: Desk, request: StackRequest): Promise<BakedStack> {
  const stack = layerStack(request.plan);
  const chains = stackChains(request.plan, stack, request.spec.distro.id);
  const fetched = await fetchLayers(desk, request);
  const locks = await locksFor(desk, request, stack);
  const below = await flatDisk(desk, request, { stack, chains, locks });
  const flatPath = below.at(-1)?.path ?? '';
  const overlayPaths: string[] = [];
  for (const layer of stack.upper) overlayPaths.push(await oneLayer(desk, request, { layer, locks, parentPath: overlayPaths.at(-1) ?? flatPath }));
  return { flatPath, overlayPaths, fetched, disks: [...below, ...used(chains.upper.slice(1), overlayPaths)] };
}

/** The same outcomes, in the light of what came, or would come, from another machine. */
export function withFetched(layers: readonly LayerOutcome[], plan: BuildPlan, fetched: readonly string[]): readonly LayerOutcome[] {
  const { upper, flatKey } = layerStack(plan);
  const came = new Set(fetched);
  // The compressed disk stands for all that it was made from.
  const isThere = ({ key }: LayerOutcome): boolean => came.has(key) || (came.has(flatKey) && upper.every((layer) => layer.key !== key));
  return layers.map((layer) => (layer.action === 'baked' && isThere(layer) ? { ...layer, action: 'fetched', why: [] } : layer));
}

/** What will be baked and what the cache has, with the reason in words; touches nothing. */
export async function decideStack(request: Pick<StackRequest, 'plan' | 'spec' | 'cache' | 'fresh'>): Promise<readonly LayerOutcome[]> {
  const { plan, cache } = request;
  const distroId = request.spec.distro.id;
  const { lower, flatKey } = layerStack(plan);
  const flat = await cached(request, flatKey);
  const disks = [
    { name: 'base' as const, key: plan.base.key, keyFields: plan.base.keyFields, owner: distroId },
    ...plan.layers.map(({ name, key, keyFields }) => ({ name, key, keyFields, owner: plan.imageId })),
  ];
  return Promise.all(
    disks.map(async ({ name, key, keyFields, owner }) => {
      const compacted = flat !== undefined && (name === 'base' || lower.some((layer) => layer.name === name));
      if (compacted || (await cached(request, key)) !== undefined) return { name, key, action: 'cached', why: [] } as const;
      const why = request.fresh ? ['--fresh was given'] : explainKey(keyFields, await cache.newest(name, owner));
      return { name, key, action: 'baked', why } as const;
    }),
  );
}

async function cached({ cache, fresh }: Pick<StackRequest, 'cache' | 'fresh'>, key: string, parentPath?: string): Promise<string | undefined> {
  return fresh ? undefined : cache.find(key, parentPath);
}

async function locksFor(desk: Desk, request: StackRequest, { flatKey }: LayerStack): Promise<FetchedLocks> {
  const { plan, spec, texts, workspace } = request;
  const locks = plan.layers.flatMap((layer) => layer.locks);
  if (locks.length === 0 || (await cached(request, flatKey)) !== undefined) return [];
  return runStage(desk, fetchLanguagePackages, { locks, texts, cacheDir: workspace.cacheDir, python: spec.distro.python });
}

interface Flattening {
  readonly stack: LayerStack;
  readonly chains: StackChains;
  readonly locks: FetchedLocks;
}

/** The compressed disk, last; before it those that it was made from just now. */
async function flatDisk(desk: Desk, request: StackRequest, { stack, chains, locks }: Flattening): Promise<readonly UsedDisk[]> {
  const { plan, cache, workspace, spec, texts, hostAptDump, fresh } = request;
  const found = await cached(request, stack.flatKey);
  if (found !== undefined) return used(chains.upper, [found]);
  const paths = [await runStage(desk, makeBase, { spec, texts, base: plan.base, cache, workDir: workspace.runDir, hostAptDump, fresh })];
  for (const layer of stack.lower) paths.push(await oneLayer(desk, request, { layer, locks, parentPath: paths.at(-1) ?? '' }));
  const path = paths.at(-1) ?? '';
  const flatPath = await runStage(desk, flattenDisk, { plan, stack, path, cache });
  if (stack.lower.length === 0) return [...used(chains.lower, paths), ...used(chains.upper, [flatPath])];
  // It says the same in a fraction of the space. The packages below an app layer stay, for the next change of the app.
  await cache.removeBytes(path);
  return [...used(chains.lower, paths.slice(0, -1)), ...used(chains.upper, [flatPath])];
}

/** The lowest disks of a chain, and where they are. */
function used(chain: readonly ChainDisk[], paths: readonly string[]): readonly UsedDisk[] {
  return paths.flatMap((path, at) => (chain[at] === undefined ? [] : [{ ...chain[at], path }]));
}

async function oneLayer(
  desk: Desk,
  request: StackRequest,
  { layer, locks, parentPath }: { readonly layer: LayerPlan; readonly locks: FetchedLocks; readonly parentPath: string },
): Promise<string> {
  return (await cached(request, layer.key, parentPath)) ?? runStage(desk, bakeLayer(layer), { ...request, layer, parentPath, locks });
}
