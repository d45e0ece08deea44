import { basename, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { ChainDisk } from '../plan/stack-chains.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import type { SharedLayers } from '../store/layers/shared-layers.ts';
import { withLock } from '../store/lock.ts';
import { renameBackingArgv } from '../tools/qemu-img.ts';
import type { Context, Stage } from './stage.ts';

export interface FetchRequest {
  readonly disk: ChainDisk;
  readonly record: LayerRecord;
  /** Disk in the cache that the layer was made on, byte for byte; null for a whole disk. */
  readonly parentPath: string | null;
  readonly cache: DiskCache;
  readonly shared: SharedLayers;
}

/** Another bake that fetches the same disk is waited for: it comes once. */
const LONGEST_FETCH_MS = 60 * 60 * 1000;

/** Brings one layer that another machine shared into the cache. Undefined, with the reason said, when that cannot be done: it is then baked here. */
export function fetchLayer(name: string): Stage<FetchRequest, string | undefined> {
  return {
    name: `fetch ${name}`,
    title: `Layer ${name} from the shared cache`,
    run: async (request, context) => {
      const { host, say } = context;
      const { cache, disk, shared } = request;
      const partialPath = cache.partialPath(disk.key);
      const lock = { purpose: `fetching the layer ${name}`, waitMs: LONGEST_FETCH_MS, say };
      try {
        await host.files.makeDir(cache.dir);
        return await withLock(
          host,
          join(cache.dir, `${disk.key}.lock`),
          lock,
          async () => (await kept(request)) ?? bringAndKeep(request, partialPath, context),
        );
      } catch (error) {
        await host.files.remove(partialPath);
        if (host.interrupted.aborted) throw error;
        say({ type: 'note', message: refusal({ name, location: shared.location, why: reasonOf(error) }) });
        return undefined;
      }
    },
  };
}

/** One sentence for each layer that is baked although it was shared. */
export function refusal({ name, location, why }: { readonly name: string; readonly location: string; readonly why: string }): string {
  return `The layer ${name} is baked here, although ${location} has one: ${why}`;
}

/** What happened, without what to do: nothing has to be done. */
export function reasonOf(error: unknown): string {
  return error instanceof BakeError ? error.what : error instanceof Error ? error.message : String(error);
}

async function kept({ cache, disk, record, parentPath }: FetchRequest): Promise<string | undefined> {
  const path = await cache.find(disk.key, parentPath ?? undefined);
  return path !== undefined && (await cache.sharedSha256(path)) === record.sha256 ? path : undefined;
}

/** The overlay is told how its parent is called here; that this is the very parent was asked before. */
async function bringAndKeep({ disk, record, parentPath, cache, shared }: FetchRequest, partialPath: string, { host }: Context): Promise<string> {
  await shared.bring(record, partialPath);
  if (parentPath !== null) await host.run(renameBackingArgv({ path: partialPath, backing: basename(parentPath) }));
  const { key, name, imageId, keyFields } = disk;
  return cache.keep({ key, name, imageId, keyFields, partialPath, parentPath, sharedSha256: record.sha256 });
}
