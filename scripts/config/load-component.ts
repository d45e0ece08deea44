import { join } from 'node:path';
import type { SourceFile } from '../model/image-spec.ts';
import type { Entry, FoundFile, LoadedComponent } from './catalogue.ts';
import { loadYaml } from './load-yaml.ts';
import { didYouMean } from '../errors/nearest.ts';
import type { SourceReader } from './source-reader.ts';
import type { WrittenComponent } from './written.ts';

/** The guest scripts that a component may have. */
export const SCRIPT_NAMES = ['install.sh', 'app.sh', 'configure.sh'] as const;

/** Reads one component's folder: its YAML, scripts, locks, and every file that it will ship. */
export async function loadComponent(reader: SourceReader, id: string, dir: string): Promise<Entry<LoadedComponent> | undefined> {
  const entry = await loadYaml<WrittenComponent>(reader, join(dir, 'component.yaml'), { schema: 'component', id });
  const scripts = await loadScripts(reader, dir);
  const files = await loadFilesFolder(reader, join(dir, 'files'));
  if (entry === undefined) return undefined;
  const lockFiles = await loadNamed(
    reader,
    dir,
    entry.value.locks.flatMap(({ lock, manifest }) => (manifest === undefined ? [lock] : [lock, manifest])),
  );
  return { ...entry, value: { written: entry.value, scripts, files, lockFiles } };
}

async function loadScripts(reader: SourceReader, dir: string): Promise<ReadonlyMap<string, SourceFile>> {
  const names = (await reader.list(dir)).map((path) => path.slice(dir.length + 1)).filter((name) => name.endsWith('.sh'));
  const known: readonly string[] = SCRIPT_NAMES;
  for (const name of names.filter((found) => !known.includes(found))) {
    const fix = didYouMean(name, SCRIPT_NAMES);
    reader.problems.push({ file: reader.nameOf(join(dir, name)), line: 1, path: [], what: 'no layer runs a script of this name', fix });
  }
  return loadNamed(
    reader,
    dir,
    names.filter((name) => known.includes(name)),
  );
}

async function loadNamed(reader: SourceReader, dir: string, names: readonly string[]): Promise<ReadonlyMap<string, SourceFile>> {
  const sources = await Promise.all(names.map(async (name) => [name, await reader.source(join(dir, name))] as const));
  return new Map(sources.flatMap(([name, source]) => (source === undefined ? [] : [[name, source]])));
}

async function loadFilesFolder(reader: SourceReader, dir: string): Promise<readonly FoundFile[]> {
  const kind = (await reader.stat(dir))?.kind;
  if (kind === undefined || kind === 'directory') return loadFiles(reader, dir, '');
  reader.problems.push({
    file: reader.nameOf(dir),
    line: 1,
    path: [],
    what: `is a ${kind}, not a folder`,
    fix: 'replace it by a folder with the files that ship',
  });
  return [];
}

/** Every file below files/, in the order of its targets. Symlinks and the like are refused: they would not be what the review saw. */
async function loadFiles(reader: SourceReader, dir: string, target: string): Promise<readonly FoundFile[]> {
  const found = await Promise.all(
    (await reader.list(dir)).map(async (path): Promise<readonly FoundFile[]> => {
      const stat = await reader.stat(path);
      const name = `${target}${path.slice(dir.length)}`;
      if (stat?.kind === 'directory') return loadFiles(reader, path, name);
      return loadFile(reader, { path, name, executable: ((stat?.mode ?? 0) & 0o100) !== 0 });
    }),
  );
  return found.flat().toSorted((a, b) => (a.target < b.target ? -1 : 1));
}

async function loadFile(
  reader: SourceReader,
  { path, name, executable }: { readonly path: string; readonly name: string; readonly executable: boolean },
): Promise<readonly FoundFile[]> {
  const source = await reader.source(path);
  if (source === undefined) return [];
  const template = name.endsWith('.hbs');
  return [{ ...source, target: template ? name.slice(0, -'.hbs'.length) : name, template, executable }];
}
