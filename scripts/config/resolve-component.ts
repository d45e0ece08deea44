import type { CheckDeclaration } from '../model/check.ts';
import type { Distro } from '../model/distro.ts';
import type { Component, LanguageLock, Parameter, ParameterValue, ShippedFile, SourceFile, VersionWant } from '../model/image-spec.ts';
import type { Entry, FoundFile, LoadedComponent } from './catalogue.ts';
import { envName } from './env-name.ts';
import type { WrittenCheck, WrittenFile, WrittenLock, WrittenVersion } from './written.ts';

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
    repositories: repositoriesOf(id, written.repositories, distro),
    parameters: parametersOf(id, value, values),
    scripts: Object.fromEntries(SCRIPT_OF_LAYER.flatMap(([layer, name]) => entryOf(layer, scripts.get(name)))),
    files: files.map((file) => shippedFile(file, Object.hasOwn(written.files, file.target) ? written.files[file.target] : undefined)),
    locks: written.locks.flatMap((lock) => languageLock(lock, lockFiles)),
    checks: written.checks.map((check) => checkDeclaration(id, check, guestFunctions)),
    ...listed('modules', distro.modules !== undefined && Object.hasOwn(distro.modules, id) ? (distro.modules[id] ?? []) : []),
    ...listed(
      'versions',
      written.versions.map((version) => versionWant(version, distro)),
    ),
  };
}

/** Those that the component asks for in every distro, and those that this distro has for it. */
function repositoriesOf(id: string, asked: readonly string[], { repositories }: Distro): readonly string[] {
  return [...new Set([...asked, ...repositories.filter(({ usedBy = [] }) => usedBy.includes(id)).map((repository) => repository.id)])];
}

/** What the distro states about a version is what must come; the day on which it ends is that of the version itself. */
function versionWant({ name, run, atLeast, fact, ends = {} }: WrittenVersion, distro: Distro): VersionWant {
  const expected = fact === undefined ? undefined : statedVersion(distro, fact);
  const endOfLife = expected === undefined ? undefined : ends[expected];
  return { name, run, atLeast, ...(expected === undefined ? {} : { expected }), ...(endOfLife === undefined ? {} : { endOfLife }) };
}

/** The version that a distro states by a fact, or by the interpreter for which wheels are fetched. */
export function statedVersion({ facts, python }: Distro, fact: string): string | undefined {
  return Object.hasOwn(facts, fact) ? facts[fact] : fact === 'python' ? python : undefined;
}

/** An image without any does not mention them: its keys stay as they are. */
function listed<Name extends string, Item>(name: Name, items: readonly Item[]): { readonly [Key in Name]?: readonly Item[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { readonly [Key in Name]: readonly Item[] });
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
