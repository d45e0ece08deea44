import type { LayerOutcome } from '../model/bake-outcome.ts';
import type { BuildPlan, LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Workspace } from '../model/workspace.ts';
import { explainKey } from '../plan/explain.ts';
import { layerStack, type LayerStack } from '../plan/layer-stack.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import { bakeLayer } from './bake-layer.ts';
import { fetchLanguagePackages, type FetchedLocks } from './fetch-language-packages.ts';
import { flattenDisk } from './flatten-disk.ts';
import { makeBase } from './make-base.ts';
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
}

export interface BakedStack {
  readonly flatPath: string;
  readonly overlayPaths: readonly string[];
}

/** Bakes the layers that the cache does not have, lowest first. */
export async function bakeStack(desk: Desk, request: StackRequest): Promise<BakedStack> {
  const stack = layerStack(request.plan);
  const locks = await locksFor(desk, request, stack);
  const flatPath = await flatDisk(desk, request, { stack, locks });
  const overlayPaths: string[] = [];
  for (const layer of stack.upper) overlayPaths.push(await oneLayer(desk, request, { layer, locks, parentPath: overlayPaths.at(-1) ?? flatPath }));
  return { flatPath, overlayPaths };
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

async function flatDisk(desk: Desk, request: StackRequest, { stack, locks }: { readonly stack: LayerStack; readonly locks: FetchedLocks }): Promise<string> {
  const { plan, cache, workspace, spec, hostAptDump, fresh } = request;
  const found = await cached(request, stack.flatKey);
  if (found !== undefined) return found;
  let path = await runStage(desk, makeBase, { spec, base: plan.base, cache, workDir: workspace.runDir, hostAptDump, fresh });
  for (const layer of stack.lower) path = await oneLayer(desk, request, { layer, locks, parentPath: path });
  const flatPath = await runStage(desk, flattenDisk, { plan, stack, path, cache });
  // It says the same in a fraction of the space. The packages below an app layer stay, for the next change of the app.
  if (stack.lower.length > 0) await cache.removeBytes(path);
  return flatPath;
}

async function oneLayer(
  desk: Desk,
  request: StackRequest,
  { layer, locks, parentPath }: { readonly layer: LayerPlan; readonly locks: FetchedLocks; readonly parentPath: string },
): Promise<string> {
  return (await cached(request, layer.key, parentPath)) ?? runStage(desk, bakeLayer(layer), { ...request, layer, parentPath, locks });
}
