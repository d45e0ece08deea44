import type { LayerRecord } from '../model/layer-record.ts';
import type { ChainDisk } from '../plan/stack-chains.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import type { SharedLayers } from '../store/layers/shared-layers.ts';
import { reasonOf } from './fetch-layer.ts';
import type { Context, Stage } from './stage.ts';

/** A disk that a verified image was made from. */
export interface UsedDisk extends ChainDisk {
  readonly path: string;
}

export interface ShareRequest {
  /** Lowest first. */
  readonly disks: readonly UsedDisk[];
  readonly cache: DiskCache;
  readonly shared: SharedLayers;
}

/** Gives the layers of an image that passed its verification to other machines. An image is not worth less when that fails: it is said, and the bake is done. */
export const shareLayers: Stage<ShareRequest, readonly string[]> = {
  name: 'share',
  title: 'Layers for other machines',
  run: async ({ disks, cache, shared }, context) => {
    const { host, say } = context;
    /** Digest under which all have a disk, by its key. */
    const known = new Map<string, string>();
    const given: string[] = [];
    try {
      for (const disk of disks) {
        const outcome = await shareOne(disk, { cache, shared, known }, context);
        if (outcome === 'given') given.push(disk.key);
        if (outcome === 'other')
          say({ type: 'note', message: `${shared.location} has another ${disk.name} already: what was baked on this one here is not shared` });
      }
    } catch (error) {
      if (host.interrupted.aborted) throw error;
      say({ type: 'note', message: `Not all layers were shared in ${shared.location}: ${reasonOf(error)}` });
    }
    return given;
  },
};

interface Sharing {
  readonly cache: DiskCache;
  readonly shared: SharedLayers;
  readonly known: Map<string, string>;
}

/** `nothing`: what it stands on is not there for others. */
type Outcome = 'given' | 'there' | 'other' | 'nothing';

async function shareOne(disk: UsedDisk, { cache, shared, known }: Sharing, { host, say }: Context): Promise<Outcome> {
  const { key, name, imageId, parentKey, path } = disk;
  const parentSha256 = parentKey === null ? undefined : known.get(parentKey);
  if (shared.share === undefined || (parentKey !== null && parentSha256 === undefined)) return 'nothing';
  const came = await cache.sharedSha256(path);
  const sha256 = came ?? (await host.files.digest(path));
  const parent = parentKey === null || parentSha256 === undefined ? null : { key: parentKey, sha256: parentSha256 };
  const sizeBytes = (await host.files.stat(path))?.sizeBytes ?? 0;
  const ours: LayerRecord = { kind: 'LayerRecord', schemaVersion: 1, key, name, imageId, parent, sha256, sizeBytes };
  say({ type: 'progress', stage: 'share', message: name });
  // A fetched overlay names its parent in another way here: its bytes are not those that it was shared with.
  const standing = came !== undefined && parent !== null ? await standingOf(shared, disk) : await shared.share(ours, path);
  if (standing?.sha256 !== sha256 || standing.parent?.sha256 !== parentSha256) return 'other';
  known.set(key, sha256);
  return standing === ours ? 'given' : 'there';
}

async function standingOf(shared: SharedLayers, disk: UsedDisk): Promise<LayerRecord | undefined> {
  const found = await shared.find(disk);
  return found !== undefined && 'record' in found ? found.record : undefined;
}
