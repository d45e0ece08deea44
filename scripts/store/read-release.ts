import { BakeError } from '../errors.ts';
import { IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import type { Release } from '../model/release.ts';
import { DISK, MANIFEST } from './pack-release.ts';
import type { Shelf } from './shelf.ts';
import type { ReleaseName } from './store.ts';

/** Reads what a release promises; undefined, with no error, when there is no manifest of this very release. */
export async function readRelease(shelf: Pick<Shelf, 'readText'>, name: ReleaseName): Promise<Release | undefined> {
  assertReleaseName(name);
  try {
    const release = JSON.parse((await shelf.readText(name, MANIFEST)) ?? 'null') as Release | null;
    const isIt = release?.kind === 'Release' && release.schemaVersion === 1 && release.imageId === name.imageId && release.version === name.version;
    return isIt && release.disk.file === DISK ? release : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Names become paths and addresses: one that could lead out of the store is refused before anything is done with it. */
export function assertReleaseName({ imageId, version }: ReleaseName): void {
  if (IMAGE_ID_PATTERN.test(imageId) && VERSION_PATTERN.test(version)) return;
  throw new BakeError('USAGE', {
    what: `${JSON.stringify(`${imageId}@${version}`.slice(0, 160))} does not name a release`,
    fix: 'Use an image id and a version as `npm run images` shows them',
  });
}
