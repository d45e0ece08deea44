import type { Catalogue } from '../catalogue.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { YamlFile } from '../parse-yaml.ts';
import { quoted, type KeyPath } from '../problem.ts';

export interface Finding {
  /** The file that is to be mended. */
  readonly yaml: YamlFile;
  readonly path: KeyPath;
  readonly what: string;
  readonly fix: string;
}

/** One thing that must hold between the files of the configuration. */
export type Rule = (catalogue: Catalogue) => readonly Finding[];

/** Nothing when the name is known; else the finding that says so and names the nearest. */
export function unknownName(at: { readonly yaml: YamlFile; readonly path: KeyPath }, kind: string, name: string, known: readonly string[]): readonly Finding[] {
  return known.includes(name) ? [] : [{ ...at, what: `there is no ${kind} ${quoted(name)}`, fix: didYouMean(name, known) }];
}

/** Those that come again after an equal one. */
export function repeated<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const name = nameOf(item);
    const again = seen.has(name);
    seen.add(name);
    return again;
  });
}
