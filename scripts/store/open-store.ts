import type { Host } from '../host/host.ts';
import { directoryShelf } from './directory-shelf.ts';
import { indexedStore } from './indexed-store.ts';
import type { Store } from './store.ts';

/** Opens a store wherever it lies; nothing is written until something is asked of it. */
export function openStore(host: Host, location: string): Store {
  return indexedStore(host, directoryShelf(host, location));
}
