import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { isLocalStore, shownAddress } from '../model/store-location.ts';
import { directoryShelf } from './directory-shelf.ts';
import { indexedStore } from './indexed-store.ts';
import { readOciAddress } from './oci/address.ts';
import { ociShelf } from './oci/oci-shelf.ts';
import { s3Address } from './s3/s3-address.ts';
import { s3Shelf } from './s3/s3-shelf.ts';
import type { Shelf } from './shelf.ts';
import type { Store } from './store.ts';
import { webShelf } from './web-shelf.ts';

/** Without encryption only from this host: whoever can change an index on its way can choose what is launched. */
const WEB = /^(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/;

/** Opens a store wherever it lies: a folder, or an address with a scheme; nothing is written until something is asked of it. */
export function openStore(host: Host, location: string): Store {
  return indexedStore(host, shelfOf(host, location));
}

function shelfOf(host: Host, location: string): Shelf {
  if (isLocalStore(location)) return directoryShelf(host, location);
  const s3 = s3Address(location);
  if (s3 !== undefined) return s3Shelf(host, s3);
  const oci = readOciAddress(location);
  if (oci !== undefined) return ociShelf(host, oci);
  if (WEB.test(location)) return webShelf(host, location);
  throw new BakeError('USAGE', {
    what: `${shownAddress(location)} is not the address of a store`,
    fix: 'Give a folder, s3://bucket/prefix, oci://host/repository, or https://host/path to read from; credentials come from the environment, never from an address',
  });
}
