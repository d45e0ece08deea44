import type { ImageSpec } from '../model/image-spec.ts';
import { atPlace, placesOf } from './places.ts';
import { dnfSection } from './repository-files.ts';

/** Where stand-ins for the mirrors are in a rehearsal's root. */
export const REHEARSAL_MIRRORS = '/run/rehearsal/mirrors';

/** Source of the one key that signs everything in a rehearsal, among the texts of its spec. */
export const REHEARSAL_KEY = 'keys/rehearsal.asc';

/** The same image whose packages come from stand-ins, each repository at the first of its places; the machine counts as registered where one must be. */
export function rehearsalSpec(spec: ImageSpec): ImageSpec {
  const mirrors = spec.mirrors.map((mirror) => ({ ...mirror, bakeUrl: `file://${REHEARSAL_MIRRORS}/${mirror.id}` }));
  const file = { source: REHEARSAL_KEY, sha256: 'rehearsal' };
  const { subscriptionRepositories: _, ...facts } = spec.distro.facts;
  const repositories = spec.distro.repositories.map((repository) => atPlace(repository, placesOf(repository, false)[0]));
  return {
    ...spec,
    distro: { ...spec.distro, facts, repositories },
    mirrors,
    ...(spec.keys === undefined ? {} : { keys: spec.keys.map((key) => ({ ...key, file })) }),
  };
}

/** os-release as the vendor of this distro writes it. */
export function osRelease({ distro }: ImageSpec): string {
  const { id = distro.id, like } = distro.os ?? {};
  const name = distro.title.replace(/ [0-9].*$/, '');
  return [
    `NAME="${name}"`,
    `ID="${id}"`,
    ...(like === undefined ? [] : [`ID_LIKE="${like}"`]),
    `VERSION_ID="${distro.version}"`,
    `PRETTY_NAME="${distro.title}"`,
    '',
  ].join('\n');
}

/** What a vendor's subscription has written into a registered machine; empty for a distro without one. */
export function subscribedRepositories({ distro }: ImageSpec): string {
  return distro.repositories
    .filter(({ subscription }) => subscription === true)
    .map((repository) => dnfSection(repository, `file://${REHEARSAL_MIRRORS}/${repository.mirror}/${repository.suite}`, `file://${repository.signedBy}`))
    .join('\n');
}
