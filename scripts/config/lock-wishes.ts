import type { Host } from '../host/host.ts';
import type { LockWish } from '../model/image-lock.ts';
import type { Distro } from '../model/distro.ts';
import { BakeError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { chooseDistro } from './choose-target.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { mirrorOverrides } from './mirror-overrides.ts';
import { vendorMirrors } from './resolve-mirrors.ts';

/** What has to be looked up for these distros (ids or aliases; none: all that have a vendor's image), with the places that this build uses. */
export async function lockWishes(host: Host, names: readonly string[], configDir?: string): Promise<readonly LockWish[]> {
  const catalogue = await loadCatalogue(host, configDir);
  const overrides = mirrorOverrides(catalogue.mirrors?.value.mirrors ?? {}, host.facts.env);
  const distros =
    names.length === 0 ? [...catalogue.distros.entries.values()].map(({ value }) => value) : names.map((name) => chooseDistro(catalogue.distros, name));
  const wishes = distros.flatMap((distro) => wishOf(distro, catalogue, overrides));
  const without = names.length === 0 ? undefined : distros.find(({ cloudImage }) => cloudImage === undefined);
  if (without === undefined) return wishes;
  throw new BakeError('USAGE', {
    what: `${without.id} has no image of its vendor: there is nothing to lock`,
    fix: `Describe one under cloudImage in config/distros/${without.id}.yaml`,
  });
}

function wishOf(distro: Distro, { mirrors, locks }: Catalogue, overrides: ReadonlyMap<string, string>): readonly LockWish[] {
  const { id, cloudImage } = distro;
  if (cloudImage === undefined) return [];
  const places = vendorMirrors(distro).map((mirror) => [mirror, overrides.get(mirror) ?? mirrors?.value.mirrors[mirror]?.url ?? ''] as const);
  return [{ distroId: id, cloudImage, placeOf: Object.fromEntries(places), current: locks.entries.get(id)?.value }];
}
