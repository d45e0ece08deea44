import type { Catalogue, Entry, Shelf } from '../catalogue.ts';
import type { Distro } from '../../model/distro.ts';
import { compareDotted } from '../../model/dotted-version.ts';
import { quoted } from '../problem.ts';
import { statedVersion } from '../resolve-component.ts';
import { unknownName, type Finding, type Rule } from './rule.ts';
import { targetsOf } from './targets.ts';

/** What must hold for repositories, and for what a distro says about the versions that come from them. */
export const REPOSITORY_RULES: readonly Rule[] = [
  repositoryHasItsSigner,
  repositoryHasItsComponents,
  namesAreOfKnownComponents,
  doubtIsAboutAFact,
  versionSuffices,
];

/** The distro's own keys came with its base; a third party is known by the fingerprint alone. */
function repositoryHasItsSigner({ distros, mirrors }: Catalogue): readonly Finding[] {
  const known = Object.keys(mirrors?.value.keys ?? {});
  return eachRepository(distros, (yaml, { base, key, id }, index) => {
    if (key !== undefined) return unknownName({ yaml, path: ['repositories', index, 'key'] }, 'key', key, known);
    if (base) return [];
    return [{ yaml, path: ['repositories', index], what: `nobody says who signs ${quoted(id)}`, fix: 'add key: with an id of `keys` in config/mirrors.yaml' }];
  });
}

function repositoryHasItsComponents({ distros }: Catalogue): readonly Finding[] {
  return eachRepository(distros, (yaml, { components, id }, index, { family }) => {
    if (family !== 'debian' || components.length > 0) return [];
    return [{ yaml, path: ['repositories', index, 'components'], what: `${quoted(id)} names no component`, fix: 'add components: [main] or the like' }];
  });
}

function namesAreOfKnownComponents({ distros, components }: Catalogue): readonly Finding[] {
  const known = components.ids;
  return [
    ...eachRepository(distros, (yaml, { usedBy = [] }, index) =>
      usedBy.flatMap((id, at) => unknownName({ yaml, path: ['repositories', index, 'usedBy', at] }, 'component', id, known)),
    ),
    ...[...distros.entries.values()].flatMap(({ yaml, value }) => [
      ...Object.keys(value.modules ?? {}).flatMap((id) => unknownName({ yaml, path: ['modules', id] }, 'component', id, known)),
      ...Object.keys(value.lifeCycle.components ?? {}).flatMap((id) => unknownName({ yaml, path: ['lifeCycle', 'components', id] }, 'component', id, known)),
      ...(value.unsure ?? []).flatMap(({ of }, index) => unknownName({ yaml, path: ['unsure', index, 'of'] }, 'component', of, known)),
    ]),
  ];
}

function doubtIsAboutAFact({ distros }: Catalogue): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    (value.unsure ?? []).flatMap(({ fact }, index) => unknownName({ yaml, path: ['unsure', index, 'fact'] }, 'fact', fact, Object.keys(value.facts))),
  );
}

/** A distro that brings too old a version is known before anything is fetched. */
function versionSuffices(catalogue: Catalogue): readonly Finding[] {
  return targetsOf(catalogue).flatMap(({ component, distro }) =>
    component.value.written.versions.flatMap(({ name, fact, atLeast }) => {
      const stated = fact === undefined ? undefined : statedVersion(distro.value, fact);
      if (fact === undefined) return [];
      const at = { yaml: distro.yaml, path: fact === 'python' ? ['python'] : ['facts', fact] };
      if (stated === undefined) return [{ ...at, what: `nothing says which ${name} it brings`, fix: `add the fact ${fact}` }];
      if (compareDotted(stated, atLeast) >= 0) return [];
      return [
        { ...at, what: `${name} ${stated} is older than ${atLeast}, which ${component.id} asks for`, fix: 'take it from a repository that has a newer one' },
      ];
    }),
  );
}

type RepositoryRule = (yaml: Entry<Distro>['yaml'], repository: Distro['repositories'][number], index: number, distro: Distro) => readonly Finding[];

function eachRepository(distros: Shelf<Distro>, rule: RepositoryRule): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) => value.repositories.flatMap((repository, index) => rule(yaml, repository, index, value)));
}
