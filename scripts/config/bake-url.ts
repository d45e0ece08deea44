import type { Repository } from '../model/distro.ts';
import type { AptEntry } from './apt-sources.ts';
import type { WrittenMirror } from './written.ts';

export interface MirrorChoice {
  readonly mirror: WrittenMirror;
  /** The repositories that a distro has at this mirror. */
  readonly repositories: readonly Repository[];
  /** Another place that the environment names, already found good. */
  readonly override: string | undefined;
  /** What the host's own apt is set to. */
  readonly hostEntries: readonly AptEntry[];
}

/** The place that a build uses: what the environment says, else what the host's own apt uses for the same archive, else the public one. */
export function bakeUrl({ mirror, repositories, override, hostEntries }: MirrorChoice): string {
  if (override !== undefined) return override;
  if (mirror.auto === undefined) return mirror.url;
  return hostPlace(mirror.url, repositories, hostEntries) ?? mirror.url;
}

/**
 * The host's place for the same archive: one that carries the suites themselves comes first, then one of a sibling suite, which must
 * end as the public place does. Third parties (with suites named bookworm too) are told apart by their end, or by what they lack.
 */
function hostPlace(url: string, repositories: readonly Repository[], entries: readonly AptEntry[]): string | undefined {
  const components = new Set(repositories.flatMap((repository) => repository.components));
  const usable = entries.filter((entry) => isFetchable(entry.uri) && entry.components.some((component) => components.has(component)));
  const suites = [...new Set(repositories.map(({ suite }) => suite))];
  const suitesAt = (uri: string): number => suites.filter((suite) => usable.some((entry) => entry.uri === uri && entry.suite === suite)).length;
  const sameEnd = (uri: string): boolean => lastSegment(uri) === lastSegment(url);
  const ranked = [...new Set(usable.map(({ uri }) => uri))]
    .filter((uri) => sameEnd(uri) || suitesAt(uri) === suites.length)
    .toSorted((a, b) => suitesAt(b) - suitesAt(a) || Number(sameEnd(b)) - Number(sameEnd(a)));
  return ranked[0];
}

/** Places that need a password or a method of apt's own (cdrom:, mirror+file:) are of no use to other tools. */
function isFetchable(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, username, password } = new URL(uri);
  return ['http:', 'https:', 'file:'].includes(protocol) && username === '' && password === '';
}

function lastSegment(url: string): string {
  return url.replace(/\/+$/, '').split('/').at(-1) ?? '';
}
