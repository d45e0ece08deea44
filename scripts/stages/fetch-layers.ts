import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import { layerStack } from '../plan/layer-stack.ts';
import { chooseShared, type ChainLink } from '../plan/shared-chain.ts';
import { stackChains, type ChainDisk } from '../plan/stack-chains.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import type { FoundLayer, SharedLayers } from '../store/layers/shared-layers.ts';
import { fetchLayer, reasonOf, refusal } from './fetch-layer.ts';
import { runStage, type Desk } from './stage.ts';

export interface SharedRequest {
  readonly plan: BuildPlan;
  readonly spec: Pick<ImageSpec, 'distro'>;
  readonly cache: DiskCache;
  /** Absent where no layers are shared. */
  readonly shared?: SharedLayers | undefined;
  /** Nothing is taken from any cache. */
  readonly fresh: boolean;
}

/** Brings what others have shared of a stack into the cache, as far as it saves baking; resolves with the keys of what came. A cache that cannot be reached costs a note, never the bake. */
export function fetchLayers(desk: Desk, request: SharedRequest): Promise<readonly string[]> {
  return walkStack(desk, request, (fetch) => runStage(desk, fetchLayer(fetch.disk.name), fetch));
}

/** Keys of what a bake would fetch; reads records and fetches nothing. */
export function previewLayers(desk: Desk, request: SharedRequest): Promise<readonly string[]> {
  return walkStack(desk, request, ({ disk }) => Promise.resolve(disk.key));
}

interface Fetch {
  readonly disk: ChainDisk;
  readonly record: LayerRecord;
  readonly parentPath: string | null;
  readonly cache: DiskCache;
  readonly shared: SharedLayers;
}

/** Resolves with the path of what was taken; undefined ends the chain. */
type Take = (fetch: Fetch) => Promise<string | undefined>;

async function walkStack(desk: Desk, { shared, fresh, plan, spec, cache }: SharedRequest, take: Take): Promise<readonly string[]> {
  if (shared === undefined || fresh) return [];
  const stack = layerStack(plan);
  const { upper, lower } = stackChains(plan, stack, spec.distro.id);
  const taken: string[] = [];
  try {
    await walkChain(desk, { chain: upper, cache, shared, taken }, take);
    if (!taken.includes(stack.flatKey) && (await cache.find(stack.flatKey)) === undefined) await walkChain(desk, { chain: lower, cache, shared, taken }, take);
  } catch (error) {
    if (desk.host.interrupted.aborted) throw error;
    desk.say({ type: 'note', message: `The layer cache ${shared.location} cannot be used, and the bake goes on without it: ${reasonOf(error)}` });
  }
  return taken;
}

interface Walk {
  readonly chain: readonly ChainDisk[];
  readonly cache: DiskCache;
  readonly shared: SharedLayers;
  /** Grows with what was taken. */
  readonly taken: string[];
}

async function walkChain(desk: Desk, { chain, cache, shared, taken }: Walk, take: Take): Promise<void> {
  const here = await pathsHere(chain, cache);
  if (here.length === chain.length) return;
  const found = await Promise.all(chain.map((disk) => shared.find(disk)));
  for (const [at, { name }] of chain.entries()) {
    const why = here[at] === undefined ? whyRefused(found[at]) : undefined;
    if (why !== undefined) desk.say({ type: 'note', message: refusal({ name, location: shared.location, why }) });
  }
  const { fetch, refused } = chooseShared(await linksOf(desk, { chain, here, found, cache }));
  for (const { name, why } of refused) desk.say({ type: 'note', message: refusal({ name, location: shared.location, why }) });
  const paths = [...here];
  for (const record of fetch) {
    const at = chain.findIndex(({ key }) => key === record.key);
    const disk = chain[at];
    if (disk === undefined) return;
    const path = await take({ disk, record, parentPath: at === 0 ? null : (paths[at - 1] ?? null), cache, shared });
    if (path === undefined) return;
    paths[at] = path;
    taken.push(disk.key);
  }
}

/** The lowest disks of a chain that are here, each on the one below it. */
async function pathsHere(chain: readonly ChainDisk[], cache: DiskCache): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { key } of chain) {
    const path = await cache.find(key, paths.at(-1));
    if (path === undefined) return paths;
    paths.push(path);
  }
  return paths;
}

interface Chained {
  readonly chain: readonly ChainDisk[];
  readonly here: readonly string[];
  readonly found: readonly FoundLayer[];
  readonly cache: DiskCache;
}

/** Disks that are here are hashed only when something above them was shared. */
async function linksOf({ host }: Desk, { chain, here, found, cache }: Chained): Promise<readonly ChainLink[]> {
  const isAsked = found.slice(here.length).some((one) => recordOf(one) !== undefined);
  return Promise.all(
    chain.map(async ({ name }, at) => {
      const path = here[at];
      const localSha256 = path === undefined ? undefined : isAsked ? ((await cache.sharedSha256(path)) ?? (await host.files.digest(path))) : '';
      return { name, localSha256, record: recordOf(found[at]) };
    }),
  );
}

function recordOf(found: FoundLayer): LayerRecord | undefined {
  return found !== undefined && 'record' in found ? found.record : undefined;
}

function whyRefused(found: FoundLayer): string | undefined {
  return found !== undefined && 'refused' in found ? found.refused : undefined;
}
