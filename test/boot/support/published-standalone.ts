import type { BakeOutcome } from '../../../scripts/model/bake-outcome.ts';
import type { ImageList } from '../../../scripts/pipelines/list-images.ts';
import { ingotJson, STORE_DIR } from './ingot.ts';

/** The image that tests of running machines launch: what another test has published into their store, or a bake. */
export async function publishedStandalone(): Promise<string> {
  const { releases } = await ingotJson<ImageList>('images', ['--store', STORE_DIR]);
  const found = releases.find(({ imageId }) => imageId === 'aikovrr-standalone-debian-12');
  if (found !== undefined) return `${found.imageId}@${found.version}`;
  const { reference } = await ingotJson<BakeOutcome>('bake', ['--distro', 'debian', '--yes', '--store', STORE_DIR]);
  if (reference === undefined || reference === null) throw new Error('The bake published nothing');
  return reference;
}
