import type { Catalogue, Entry, LoadedComponent } from '../catalogue.ts';
import { didYouMean } from '../../errors/nearest.ts';
import { quoted } from '../problem.ts';
import { repeated, unknownName, type Finding, type Rule } from './rule.ts';

/** What must hold for components: their order, files and locks. */
export const COMPONENT_RULES: readonly Rule[] = [
  afterIsKnown,
  afterIsAnother,
  exceptionIsAbsolute,
  exceptionHasItsFile,
  fileHasOneSource,
  fileNameCanBeListed,
  lockHasAppScript,
  lockIsNamedOnce,
  npmLockHasManifest,
];

function afterIsKnown({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    value.written.after.flatMap((id, index) => unknownName({ yaml, path: ['after', index] }, 'component', id, components.ids)),
  );
}

function afterIsAnother({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ id, yaml, value }) =>
    value.written.after.flatMap((other, index) =>
      other === id ? [{ yaml, path: ['after', index], what: 'a component cannot come after itself', fix: 'remove the line' }] : [],
    ),
  );
}

function exceptionIsAbsolute({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    Object.keys(value.written.files)
      .filter((target) => !isTarget(target))
      .map((target) => ({
        yaml,
        path: ['files', target],
        what: `${quoted(target)} is not an absolute, plain path`,
        fix: 'write it from / on, without . or .. or empty steps',
      })),
  );
}

function exceptionHasItsFile({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) => {
    const targets = value.files.map(({ target }) => target);
    return Object.keys(value.written.files)
      .filter((target) => isTarget(target) && !targets.includes(target))
      .map((target) => ({ yaml, path: ['files', target], what: `files/ holds nothing for ${quoted(target)}`, fix: didYouMean(target, targets) }));
  });
}

function fileHasOneSource({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    repeated(value.files, ({ target }) => target).map(({ target, source }) => ({
      yaml,
      path: ['files', target],
      what: `two files of files/ would become ${quoted(target)}`,
      fix: `remove ${source} or the other one`,
    })),
  );
}

/** A payload lists its files one a line, with tabs between the fields. */
function fileNameCanBeListed({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    value.files
      .filter(({ target }) => /\p{Cc}/u.test(target))
      .map(({ target }) => ({ yaml, path: ['files', target], what: `the name of the file ${quoted(target)} has a control character`, fix: 'rename it' })),
  );
}

function lockHasAppScript({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) => {
    if (value.written.locks.length === 0 || value.scripts.has('app.sh')) return [];
    return [
      { yaml, path: ['locks'], what: 'there are locks, but no app.sh that installs what they fetch', fix: 'add app.sh beside this file, or remove the locks' },
    ];
  });
}

function lockIsNamedOnce({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    repeated(
      value.written.locks.map(({ kind, name }, index) => ({ kind, name, index })),
      ({ kind, name }) => `${kind}/${name}`,
    ).map(({ kind, name, index }) => ({
      yaml,
      path: ['locks', index, 'name'],
      what: `another ${kind} lock has the name ${quoted(name)}`,
      fix: 'give each lock a name of its own',
    })),
  );
}

function npmLockHasManifest({ components }: Catalogue): readonly Finding[] {
  return each(components, ({ yaml, value }) =>
    value.written.locks.flatMap(({ kind, manifest }, index) =>
      kind === 'npm' && manifest === undefined
        ? [{ yaml, path: ['locks', index], what: 'an npm lock needs its manifest', fix: 'add manifest: with the path of package.json' }]
        : [],
    ),
  );
}

function isTarget(path: string): boolean {
  return (
    path.startsWith('/') &&
    path
      .slice(1)
      .split('/')
      .every((step) => step !== '' && step !== '.' && step !== '..')
  );
}

function each(components: Catalogue['components'], rule: (entry: Entry<LoadedComponent>) => readonly Finding[]): readonly Finding[] {
  return [...components.entries.values()].flatMap(rule);
}
