import type { CheckDeclaration } from '../model/check.ts';
import type { Distro } from '../model/distro.ts';
import type { Component, LanguageLock, Parameter, ParameterValue, ShippedFile, SourceFile } from '../model/image-spec.ts';
import type { Entry, FoundFile, LoadedComponent } from './catalogue.ts';
import { envName } from './env-name.ts';
import type { WrittenCheck, WrittenFile, WrittenLock } from './written.ts';

const SCRIPT_OF_LAYER = [
  ['packages', 'install.sh'],
  ['app', 'app.sh'],
  ['configure', 'configure.sh'],
] as const;

/** What an image and its other components bring to one of them. */
export interface Surroundings {
  readonly values: Readonly<Record<string, ParameterValue>>;
  /** Shell functions that its guest probes may call: its own, and those of the components that come before it. */
  readonly guestFunctions: readonly string[];
}

/** A component with everything settled: packages for the distro, values for the parameters, modes for the files. */
export function resolveComponent({ id, value }: Entry<LoadedComponent>, distro: Distro, { values, guestFunctions }: Surroundings): Component {
  const { written, scripts, files, lockFiles } = value;
  const ownPackages = Object.hasOwn(distro.packages, id) ? distro.packages[id] : undefined;
  return {
    id,
    summary: written.summary,
    after: written.after,
    packages: ownPackages ?? written.packages[distro.family] ?? [],
    repositories: written.repositories,
    parameters: parametersOf(id, value, values),
    scripts: Object.fromEntries(SCRIPT_OF_LAYER.flatMap(([layer, name]) => entryOf(layer, scripts.get(name)))),
    files: files.map((file) => shippedFile(file, Object.hasOwn(written.files, file.target) ? written.files[file.target] : undefined)),
    locks: written.locks.flatMap((lock) => languageLock(lock, lockFiles)),
    checks: written.checks.map((check) => checkDeclaration(id, check, guestFunctions)),
  };
}

function parametersOf(component: string, { written }: LoadedComponent, values: Readonly<Record<string, ParameterValue>>): readonly Parameter[] {
  return Object.entries(written.parameters)
    .map(([name, declaration]) => ({
      name,
      env: envName(component, name),
      value: (Object.hasOwn(values, name) ? values[name] : undefined) ?? declaration.default,
      layers: declaration.layers,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function shippedFile({ source, sha256, target, template, executable }: FoundFile, exception: WrittenFile = {}): ShippedFile {
  const { mode = executable ? '0755' : '0644', owner = 'root', group = 'root' } = exception;
  return { source, sha256, target, mode, owner, group, template };
}

function languageLock({ kind, name, lock, manifest }: WrittenLock, lockFiles: ReadonlyMap<string, SourceFile>): readonly LanguageLock[] {
  const source = lockFiles.get(lock);
  const beside = manifest === undefined ? undefined : lockFiles.get(manifest);
  return source === undefined ? [] : [{ ...source, kind, name, ...(beside === undefined ? {} : { manifest: beside }) }];
}

/** A probe carries the functions that it may call: it is whole wherever it is run. */
function checkDeclaration(component: string, { name, ...check }: WrittenCheck, functions: readonly string[]): CheckDeclaration {
  const declared = { id: `${component}.${name}`, component, ...check };
  if (functions.length === 0 || check.guest === undefined) return declared;
  return { ...declared, guest: { ...check.guest, run: [...functions.map((text) => text.trimEnd()), check.guest.run].join('\n') } };
}

function entryOf<Key, Value>(key: Key, value: Value | undefined): readonly (readonly [Key, Value])[] {
  return value === undefined ? [] : [[key, value]];
}
