import type { Artifact } from '../model/artifact.ts';
import type { Inventory } from '../model/inventory.ts';

/** What is installed, as a release lists it: as the disk's own list said, or, where only a mount shows that (rpm's database), as verification read it. */
export function installedPackages({ packages }: Pick<Artifact, 'packages'>, inventory: Inventory | undefined): readonly string[] {
  if (packages.length > 0) return packages;
  return (inventory?.packages ?? []).flatMap(({ name, version, arch }) => (arch === undefined ? [] : [`${name} ${version} ${arch}`]));
}
