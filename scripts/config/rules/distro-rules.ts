import type { Catalogue, Shelf } from '../catalogue.ts';
import type { Distro } from '../../model/distro.ts';
import { quoted } from '../problem.ts';
import { vendorMirrors } from '../resolve-mirrors.ts';
import { repeated, unknownName, type Finding, type Rule } from './rule.ts';

/** What must hold for distros. */
export const DISTRO_RULES: readonly Rule[] = [
  idIsFileName,
  mirrorIsKnown,
  aliasIsUnique,
  defaultBaseIsDescribed,
  lockIsOfADistro,
  lockedDigestHasItsLength,
  keyPlaceIsOneThing,
  repositoryIsUnique,
  packagesAreForKnownComponents,
];

function idIsFileName({ distros, locks, images, profiles, checklists }: Catalogue): readonly Finding[] {
  const shelves: readonly Shelf<{ readonly id: string }>[] = [distros, locks, images, profiles, checklists];
  return shelves
    .flatMap(({ entries }) => [...entries.values()])
    .filter(({ id, value }) => value.id !== id)
    .map(({ id, value, yaml }) => ({
      yaml,
      path: ['id'],
      what: `the id ${quoted(value.id)} is not the file's name`,
      fix: `write id: ${id}, or rename the file`,
    }));
}

function mirrorIsKnown({ distros, mirrors }: Catalogue): readonly Finding[] {
  if (mirrors === undefined) return [];
  const known = Object.keys(mirrors.value.mirrors);
  return [...distros.entries.values()].flatMap(({ yaml, value }) => [
    ...value.repositories.flatMap(({ mirror, archive, snapshot }, index) => [
      ...unknownName({ yaml, path: ['repositories', index, 'mirror'] }, 'mirror', mirror, known),
      ...(archive === undefined ? [] : unknownName({ yaml, path: ['repositories', index, 'archive', 'mirror'] }, 'mirror', archive.mirror, known)),
      ...(snapshot === undefined ? [] : unknownName({ yaml, path: ['repositories', index, 'snapshot', 'mirror'] }, 'mirror', snapshot.mirror, known)),
    ]),
    ...vendorMirrors(value).flatMap((mirror) => unknownName({ yaml, path: ['cloudImage'] }, 'mirror', mirror, known)),
  ]);
}

function aliasIsUnique({ distros }: Catalogue): readonly Finding[] {
  const names = [...distros.entries.values()].flatMap((entry) => entry.value.aliases.map((alias, index) => ({ entry, alias, index })));
  const taken = names.filter(({ alias }) => distros.ids.includes(alias));
  const findings = [...taken, ...repeated(names, ({ alias }) => alias)];
  return findings.map(({ entry, alias, index }) => {
    const other = distros.ids.includes(alias) ? alias : names.find((name) => name.alias === alias)?.entry.id;
    return { yaml: entry.yaml, path: ['aliases', index], what: `the alias ${quoted(alias)} already means ${other}`, fix: 'keep it in one place' };
  });
}

function defaultBaseIsDescribed({ distros }: Catalogue): readonly Finding[] {
  const sectionOf = (distro: Distro): 'bootstrap' | 'cloudImage' => (distro.defaultBase === 'bootstrap' ? 'bootstrap' : 'cloudImage');
  return [...distros.entries.values()]
    .filter(({ value }) => value.defaultBase !== 'file' && value[sectionOf(value)] === undefined)
    .map(({ yaml, value }) => ({
      yaml,
      path: ['defaultBase'],
      what: `the default base is ${value.defaultBase}, but there is no section ${sectionOf(value)}`,
      fix: 'add the section, or choose the other base',
    }));
}

function lockIsOfADistro({ locks, distros }: Catalogue): readonly Finding[] {
  return [...locks.entries.values()].flatMap(({ id, yaml }) => unknownName({ yaml, path: ['id'] }, 'distro', id, distros.ids));
}

function lockedDigestHasItsLength({ locks }: Catalogue): readonly Finding[] {
  const digits = { sha256: 64, sha512: 128 } as const;
  return [...locks.entries.values()]
    .filter(({ value: { digest } }) => digest.hex.length !== digits[digest.algorithm])
    .map(({ yaml, value: { digest } }) => ({
      yaml,
      path: ['digest', 'hex'],
      what: `a ${digest.algorithm} has ${digits[digest.algorithm]} digits, found ${digest.hex.length}`,
      fix: 'write the lock anew: npm run lock',
    }));
}

function keyPlaceIsOneThing({ distros }: Catalogue): readonly Finding[] {
  const kinds = ['file', 'keyring', 'mirror,path'];
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    (value.cloudImage?.signature?.keys ?? []).flatMap((place, index) =>
      kinds.includes(Object.keys(place).toSorted().join(','))
        ? []
        : [
            {
              yaml,
              path: ['cloudImage', 'signature', 'keys', index],
              what: 'a key has one place',
              fix: 'write keyring, or file, or mirror with path; another place is another entry',
            },
          ],
    ),
  );
}

function repositoryIsUnique({ distros }: Catalogue): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    repeated(
      value.repositories.map(({ id }, index) => ({ id, index })),
      ({ id }) => id,
    ).map(({ id, index }) => ({
      yaml,
      path: ['repositories', index, 'id'],
      what: `the repository ${quoted(id)} is described twice`,
      fix: 'give each repository an id of its own',
    })),
  );
}

function packagesAreForKnownComponents({ distros, components }: Catalogue): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    Object.keys(value.packages).flatMap((id) => unknownName({ yaml, path: ['packages', id] }, 'component', id, components.ids)),
  );
}
