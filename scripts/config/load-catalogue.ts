import { basename, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Checklist } from '../model/checklist.ts';
import type { Distro, LockedImage } from '../model/distro.ts';
import type { Profile, SourceFile } from '../model/image-spec.ts';
import type { Catalogue, LoadedComponent, Shelf } from './catalogue.ts';
import { loadComponent } from './load-component.ts';
import { loadShelf, loadYaml, shelfOf } from './load-yaml.ts';
import { throwIfInvalid, type Problem } from './problem.ts';
import { ruleProblems } from './rules/rule-problems.ts';
import { sourceReader, type SourceReader } from './source-reader.ts';
import type { WrittenImage, WrittenMirrors } from './written.ts';

/** What runs at boot is a component like any other, in a folder of its own at the project's root. */
const BOOT_COMPONENT = { id: 'first-boot', folder: 'cloud-init' } as const;

/** Reads the whole configuration and refuses it, with all its problems at once, unless every file and every cross-reference is right. */
export async function loadCatalogue(host: Host, configDir = join(host.facts.projectDir, 'config')): Promise<Catalogue> {
  const reader = sourceReader(host);
  const [distros, locks, written, profiles, checklists, mirrors, components, guestLibrary, keyFiles] = await Promise.all([
    loadShelf<Distro>(reader, join(configDir, 'distros'), 'distro'),
    loadShelf<LockedImage>(reader, join(configDir, 'locks'), 'lock'),
    loadShelf<MadeFor>(reader, join(configDir, 'images'), 'image'),
    loadShelf<Profile>(reader, join(configDir, 'profiles'), 'profile'),
    loadShelf<Checklist>(reader, join(configDir, 'checklists'), 'checklist'),
    loadYaml<WrittenMirrors>(reader, join(configDir, 'mirrors.yaml'), { schema: 'mirrors', id: 'mirrors' }),
    loadComponents(reader, host.facts.projectDir),
    loadGuestLibrary(reader, join(host.facts.projectDir, 'packer')),
    loadKeys(reader, join(configDir, 'keys')),
  ]);
  const images = forEveryDistro(written, distros.ids);
  const catalogue: Catalogue = { distros, locks, images, profiles, checklists, mirrors, components, guestLibrary, keyFiles, texts: reader.texts };
  throwIfInvalid([...reader.problems, ...ruleProblems(catalogue)]);
  return catalogue;
}

type MadeFor = Omit<WrittenImage, 'distros'> & Partial<Pick<WrittenImage, 'distros'>>;

/** An image that names no distros is made for all that are described: a new one is one file. */
function forEveryDistro({ ids, entries }: Shelf<MadeFor>, distros: readonly string[]): Shelf<WrittenImage> {
  const filled = [...entries].map(([id, entry]) => [id, { ...entry, value: { distros, ...entry.value } }] as const);
  return { ids, entries: new Map(filled) };
}

async function loadComponents(reader: SourceReader, projectDir: string): Promise<Shelf<LoadedComponent>> {
  const paths = await reader.list(join(projectDir, 'packer', 'components'));
  const kinds = await Promise.all(paths.map(async (path) => ({ path, kind: (await reader.stat(path))?.kind })));
  const folders = kinds.filter(({ kind }) => kind === 'directory').map(({ path }) => ({ id: basename(path), path }));
  reader.problems.push(...folders.flatMap(({ id, path }) => idProblems(id, reader.nameOf(path))));
  const bootPath = join(projectDir, BOOT_COMPONENT.folder);
  const boot = (await reader.stat(bootPath))?.kind === 'directory' ? [{ id: BOOT_COMPONENT.id, path: bootPath }] : [];
  const all = [...folders, ...boot];
  return shelfOf(
    all.map(({ id }) => id),
    await Promise.all(all.map(({ id, path }) => loadComponent(reader, id, path))),
  );
}

function idProblems(id: string, folder: string): readonly Problem[] {
  const at = { file: folder, line: 1, path: [] };
  if (id === BOOT_COMPONENT.id) return [{ ...at, what: `the id ${id} belongs to the folder ${BOOT_COMPONENT.folder}/`, fix: 'rename this folder' }];
  if (/^[a-z0-9][a-z0-9.-]*$/.test(id)) return [];
  return [
    { ...at, what: 'the name of the folder is no component id', fix: 'use lower-case letters, digits, dots and hyphens, beginning with a letter or digit' },
  ];
}

/** Guest scripts that every layer needs. */
async function loadGuestLibrary(reader: SourceReader, packerDir: string): Promise<readonly SourceFile[]> {
  const library = (await reader.list(join(packerDir, 'lib'))).filter((path) => path.endsWith('.sh'));
  const sources = await Promise.all([join(packerDir, 'run-layer.sh'), join(packerDir, 'seal.sh'), ...library].map((path) => reader.source(path)));
  return sources.filter((source) => source !== undefined).toSorted((a, b) => (a.source < b.source ? -1 : 1));
}

/** config/keys/<id>.asc: keys of third parties, by id. */
async function loadKeys(reader: SourceReader, dir: string): Promise<ReadonlyMap<string, SourceFile>> {
  const paths = (await reader.list(dir)).filter((path) => path.endsWith('.asc'));
  const keys = await Promise.all(paths.map(async (path) => [basename(path, '.asc'), await reader.source(path)] as const));
  return new Map(keys.flatMap(([id, source]) => (source === undefined ? [] : [[id, source]])));
}
