import type { ImageSpec } from '../model/image-spec.ts';

/** Where stand-ins for the mirrors are in a rehearsal's root. */
export const REHEARSAL_MIRRORS = '/run/rehearsal/mirrors';

/** Source of the one key that signs everything in a rehearsal, among the texts of its spec. */
export const REHEARSAL_KEY = 'keys/rehearsal.asc';

/** The same image whose packages come from stand-ins: nothing else about it changes, so that what runs is what a bake would run. */
export function rehearsalSpec(spec: ImageSpec): ImageSpec {
  const mirrors = spec.mirrors.map((mirror) => ({ ...mirror, bakeUrl: `file://${REHEARSAL_MIRRORS}/${mirror.id}` }));
  const file = { source: REHEARSAL_KEY, sha256: 'rehearsal' };
  return { ...spec, mirrors, ...(spec.keys === undefined ? {} : { keys: spec.keys.map((key) => ({ ...key, file })) }) };
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
