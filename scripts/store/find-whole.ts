import { BakeError } from '../errors.ts';
import type { FoundRelease, ReleaseName, Store } from './store.ts';

/** A listed release, or undefined when it is damaged or not its publisher's any more: then the same disk may be published again, under another number. */
export async function findWhole(store: Pick<Store, 'find'>, { imageId, version }: ReleaseName): Promise<FoundRelease | undefined> {
  try {
    return await store.find({ imageId, selector: { kind: 'version', version } });
  } catch (error) {
    if (error instanceof BakeError && ['NOT_TRUSTED', 'STORE_CORRUPT', 'RELEASE_NOT_FOUND'].includes(error.code)) return undefined;
    throw error;
  }
}
