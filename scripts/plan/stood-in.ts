import type { StandIn, StandInPlace } from '../model/rehearsal.ts';

/** What was not the vendor's own in a rehearsal that asked for these packages, so that nobody takes a rehearsal for a bake. */
export function stoodIn(places: readonly StandInPlace[], wanted: readonly string[]): readonly string[] {
  const used = new Map(places.flatMap(({ packages }) => packages.filter(({ name }) => wanted.includes(name)).map((found) => [found.name, found] as const)));
  const programs = [...used.values()].flatMap((found) => [...interpreters(found), ...linked(found), ...scripts(found)]);
  return [...ALWAYS, ...new Set(programs)];
}

const ALWAYS = ['the payload of packages: files, units and accounts that scripts ask for', 'the kernel and its services: nothing is booted'];

type Paths = Readonly<Record<string, string>> | undefined;

/** A program whose place another version takes; one of the version that it says is itself. */
function interpreters({ real, version }: StandIn): readonly string[] {
  const [series = ''] = /^\d+\.\d+/.exec(version) ?? [];
  return Object.entries((real as Paths) ?? {})
    .filter(([path, other]) => path !== other && !other.endsWith(series))
    .map(([path, other]) => `${path} is ${other}`);
}

function linked({ links }: StandIn): readonly string[] {
  return Object.entries((links as Paths) ?? {}).map(([path, to]) => `${path} is ${to}`);
}

function scripts({ executable, files }: StandIn): readonly string[] {
  const texts = (files as Paths) ?? {};
  return ((executable as readonly string[] | undefined) ?? [])
    .filter((path) => texts[path]?.startsWith('#!') === true)
    .map((path) => `${path} ${(texts[path]?.trim().split('\n').length ?? 0) > 1 ? 'only judges its arguments' : 'is empty'}`);
}
