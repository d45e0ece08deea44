import type { Distro, Place } from '../model/distro.ts';
import type { Component, Mirror } from '../model/image-spec.ts';
import type { AptEntry } from './apt-sources.ts';
import { bakeUrl } from './bake-url.ts';
import type { WrittenMirrors } from './written.ts';

export interface MirrorWish {
  readonly mirrors: WrittenMirrors['mirrors'];
  readonly distro: Distro;
  readonly components: readonly Component[];
  readonly overrides: ReadonlyMap<string, string>;
  readonly hostEntries: readonly AptEntry[];
}

/** The places that this image needs and no others: of the distro itself, of its vendor's image, and of third parties that a component asks for. */
export function resolveMirrors({ mirrors, distro, components, overrides, hostEntries }: MirrorWish): readonly Mirror[] {
  const asked = new Set(components.flatMap(({ repositories }) => repositories));
  const repositories = distro.repositories.filter(({ id, base }) => base || asked.has(id));
  const needed = new Set([...repositories.flatMap(placesOf).map(({ mirror }) => mirror), ...vendorMirrors(distro)]);
  return Object.entries(mirrors)
    .filter(([id]) => needed.has(id))
    .map(([id, mirror]) => {
      const there = repositories
        .flatMap((repository) => placesOf(repository).map((place) => ({ ...repository, ...place })))
        .filter((place) => place.mirror === id);
      return { id, url: mirror.url, bakeUrl: bakeUrl({ mirror, repositories: there, override: overrides.get(id), hostEntries }) };
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Every place that the vendor's image, its checksums and its key may come from. */
export function vendorMirrors({ cloudImage }: Distro): readonly string[] {
  if (cloudImage === undefined) return [];
  const keys = cloudImage.signature?.keys.flatMap((place) => ('mirror' in place ? [place.mirror] : [])) ?? [];
  return [...cloudImage.mirrors, ...keys, ...(cloudImage.customerApi === undefined ? [] : [cloudImage.customerApi.loginMirror])];
}

/** The live place and those that can stand in for it. */
function placesOf({ mirror, suite, archive, snapshot }: Distro['repositories'][number]): readonly Place[] {
  return [{ mirror, suite }, archive, snapshot].filter((place) => place !== undefined);
}
