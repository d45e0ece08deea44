import type { Distro, Repository } from '../model/distro.ts';
import type { RehearsalCatalogue, StandIn, StandInPlace } from '../model/rehearsal.ts';

/** The repositories that a rehearsal of a distro needs: what the vendors have for it, at the places where they have it. */
export function standInPlaces(distro: Distro, catalogue: RehearsalCatalogue): readonly StandInPlace[] {
  const asked = new Set(distro.repositories.flatMap(mirrorsOf));
  const system = systemOf(distro);
  const places = Object.entries(catalogue.places).filter(([mirror]) => asked.has(mirror));
  return places.flatMap(([mirror, suites]) => {
    const own = isOwn(mirror, catalogue);
    const packages = mirror.endsWith('-security') ? [] : standIns(catalogue, { source: own ? 'own' : mirror, system });
    return suites.map((suite, index) => ({
      mirror,
      suite: suite.replaceAll('{codename}', distro.codename).replaceAll('{major}', majorOf(distro)),
      components: componentsAt(distro, mirror),
      packages: index === 0 ? packages : [],
      streams: index === 0 && own ? (catalogue.streams?.[system] ?? []) : [],
    }));
  });
}

/** All places of one repository. */
function mirrorsOf({ mirror, archive, snapshot }: Repository): readonly (string | undefined)[] {
  return [mirror, archive?.mirror, snapshot?.mirror];
}

function componentsAt({ repositories }: Distro, mirror: string): readonly string[] {
  return [...new Set(repositories.filter((repository) => mirrorsOf(repository).includes(mirror)).flatMap(({ components }) => components))];
}

/** How vendors tell systems apart that have the same packages: `el 8`, `debian 11`. */
export function systemOf(distro: Distro): string {
  return distro.family === 'el' ? `el ${majorOf(distro)}` : `${distro.os?.id ?? distro.family} ${distro.version}`;
}

function majorOf({ version }: Distro): string {
  return version.split('.')[0] ?? version;
}

/** A mirror is a distro's own when no package says that it comes from there by name. */
function isOwn(mirror: string, { packages }: RehearsalCatalogue): boolean {
  return !Object.values(packages).some(({ from }) => Object.hasOwn(from, mirror));
}

function standIns({ packages }: RehearsalCatalogue, { source, system }: { readonly source: string; readonly system: string }): readonly StandIn[] {
  return Object.entries(packages).flatMap(([name, { from, modules, also, ...content }]) => {
    const versions = from[source];
    if (versions === undefined) return [];
    const version = versions[system] ?? versions['any'];
    const module = source === 'own' ? modules?.[system] : undefined;
    const others = Object.entries((source === 'own' ? also?.[system] : undefined) ?? {}).map(([stream, other]) => standIn(name, other, content, stream));
    return [...(version === undefined ? [] : [standIn(name, version, content, module ?? '')]), ...others];
  });
}

function standIn(name: string, version: string, content: Readonly<Record<string, unknown>>, module: string): StandIn {
  const depends = content['depends'];
  const settled = typeof depends === 'string' ? { depends: depends.replaceAll('{major}', version.split('+')[0] ?? '') } : {};
  return { ...content, ...settled, name, version, ...(module === '' ? {} : { module }) };
}
