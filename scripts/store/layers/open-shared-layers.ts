import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { Say } from '../../model/event.ts';
import type { LayerCachePlace } from '../../model/layer-record.ts';
import { isLocalStore, shownAddress } from '../../model/store-location.ts';
import { s3Address } from '../s3/s3-address.ts';
import { bucketLayers } from './bucket-layers.ts';
import { folderLayers } from './folder-layers.ts';
import type { LayerShelf } from './layer-shelf.ts';
import { layerTrust } from './layer-trust.ts';
import { sharedLayers, type SharedLayers } from './shared-layers.ts';

/** Opens the place where machines share layers, a folder or a bucket; asks nothing of it yet. Undefined where none was named, or nobody's layers count. */
export async function openSharedLayers(
  host: Host,
  { place, say }: { readonly place: LayerCachePlace | undefined; readonly say: Say },
): Promise<SharedLayers | undefined> {
  if (place === undefined) return undefined;
  const shelf = shelfOf(host, place.location);
  const trust = await layerTrust(host, { write: place.write, say });
  return trust === undefined ? undefined : sharedLayers(host, shelf, trust);
}

function shelfOf(host: Host, location: string): LayerShelf {
  if (isLocalStore(location)) return folderLayers(host, location);
  const address = s3Address(location);
  if (address !== undefined) return bucketLayers(host, address);
  throw new BakeError('USAGE', {
    what: `INGOT_LAYER_CACHE names ${shownAddress(location)}, where no layers can be shared`,
    fix: 'Give it a folder or s3://bucket/prefix; credentials come from the environment, never from an address',
  });
}
