import type { Place, PlaceName, Repository } from '../model/distro.ts';
import type { ImageSpec } from '../model/image-spec.ts';

/** One place of a repository, under its name. */
export interface NamedPlace extends Place {
  readonly name: PlaceName;
}

const USUAL: readonly PlaceName[] = ['live', 'archive', 'snapshot'];
const OLD: readonly PlaceName[] = ['archive', 'snapshot', 'live'];

/** The places of a repository in the order in which they are tried, as far as they are described. */
export function placesOf(repository: Repository, archiveFirst: boolean): readonly NamedPlace[] {
  const { mirror, suite, frozen, archive, snapshot } = repository;
  const live: Place = { mirror, suite, ...(frozen === undefined ? {} : { frozen }) };
  const described: Readonly<Record<PlaceName, Place | undefined>> = { live, archive, snapshot };
  const order = archiveFirst ? OLD : (repository.places ?? USUAL);
  return order.flatMap((name) => {
    const place = described[name];
    return place === undefined ? [] : [{ name, ...place }];
  });
}

/** The same image with each repository at the place that was found: that one is kept in it, and its packages are those of there. */
export function settlePlaces(spec: ImageSpec, chosen: ReadonlyMap<string, NamedPlace>): ImageSpec {
  const repositories = spec.distro.repositories.map((repository) => atPlace(repository, chosen.get(repository.id)));
  return { ...spec, distro: { ...spec.distro, repositories } };
}

/** A repository as it is at one of its places. */
export function atPlace(repository: Repository, place: NamedPlace | undefined): Repository {
  if (place === undefined || place.name === 'live') return repository;
  const { mirror, suite, frozen } = place;
  return { ...repository, mirror, suite, ...(frozen === undefined ? {} : { frozen }) };
}
