import { basename, extname } from 'node:path';
import type { Entry, Shelf } from './catalogue.ts';
import { parseYaml } from './parse-yaml.ts';
import type { SchemaName } from './schemas.ts';
import { schemaProblems } from './schema-problems.ts';
import type { SourceReader } from './source-reader.ts';

/** Reads one YAML file and checks it against its schema; undefined, with problems kept by the reader, when it is not valid. */
export async function loadYaml<T>(
  reader: SourceReader,
  path: string,
  kind: { readonly schema: SchemaName; readonly id: string },
): Promise<Entry<T> | undefined> {
  const text = await reader.text(path);
  if (text === undefined) return undefined;
  const { yaml, problems } = parseYaml(reader.nameOf(path), text);
  reader.problems.push(...problems);
  if (yaml === undefined) return undefined;
  const found = schemaProblems(kind.schema, yaml);
  reader.problems.push(...found);
  return found.length > 0 ? undefined : { id: kind.id, yaml, value: yaml.value as T };
}

/** Reads a folder of YAML files of one kind, by file name. */
export async function loadShelf<T>(reader: SourceReader, dir: string, schema: SchemaName): Promise<Shelf<T>> {
  const paths = await reader.list(dir);
  for (const path of paths.filter((name) => extname(name) === '.yml')) {
    reader.problems.push({
      file: reader.nameOf(path),
      line: 1,
      path: [],
      what: 'would be passed over: its name ends in .yml',
      fix: 'rename it so that it ends in .yaml',
    });
  }
  const yamlPaths = paths.filter((path) => extname(path) === '.yaml');
  const entries = await Promise.all(yamlPaths.map((path) => loadYaml<T>(reader, path, { schema, id: basename(path, '.yaml') })));
  return shelfOf(
    yamlPaths.map((path) => basename(path, '.yaml')),
    entries,
  );
}

/** Puts entries on a shelf; those that were not valid are known by id only. */
export function shelfOf<T>(ids: readonly string[], entries: readonly (Entry<T> | undefined)[]): Shelf<T> {
  const valid = entries.filter((entry) => entry !== undefined);
  return { ids, entries: new Map(valid.map((entry) => [entry.id, entry])) };
}
