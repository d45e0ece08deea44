import { BakeError } from '../errors.ts';
import type { Distro } from '../model/distro.ts';
import type { Component, SigningKey, SourceFile } from '../model/image-spec.ts';
import { nearest } from '../errors/nearest.ts';
import type { WrittenKey } from './written.ts';

export interface KeyWish {
  readonly keys: Readonly<Record<string, WrittenKey>>;
  readonly distro: Distro;
  readonly components: readonly Component[];
  /** Keys that the project brings, by id. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly substitutes: ReadonlyMap<string, Substitute>;
}

/** A key that somebody trusts for one build instead of the pinned one: the fingerprint is asked for again, so that it is no accident. */
export interface Substitute {
  readonly fingerprint: string;
  readonly path: string;
}

const PREFIX = 'INGOT_KEY_';

/** The pinned keys of what this image takes packages from, and no others. */
export function resolveKeys({ keys, distro, components, files, substitutes }: KeyWish): readonly SigningKey[] {
  const used = new Set(components.flatMap(({ repositories }) => repositories));
  const wanted = new Set(distro.repositories.filter(({ id, base }) => base || used.has(id)).map(({ key }) => key));
  return Object.entries(keys)
    .filter(([id]) => wanted.has(id))
    .map(([id, { fingerprint, url }]) => {
      const substitute = substitutes.get(id);
      if (substitute !== undefined) return { id, fingerprint: substitute.fingerprint, substitutePath: substitute.path };
      const file = files.get(id);
      return { id, fingerprint, ...(file === undefined ? {} : { file }), ...(url === undefined ? {} : { url }) };
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Keys that the environment puts in place of pinned ones; refuses what is not clear, all at once. */
export function keySubstitutes(keys: Readonly<Record<string, WrittenKey>>, env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, Substitute> {
  const idOf = new Map(Object.entries(keys).map(([id, { environment }]) => [environment, id]));
  const substitutes = new Map<string, Substitute>();
  const faults: string[] = [];
  for (const [name, value = ''] of Object.entries(env).filter(([key, text]) => key.startsWith(PREFIX) && text !== '')) {
    const id = idOf.get(name);
    const [, fingerprint, path] = /^([0-9A-F]{40}):(\/[^\0\n]+)$/.exec(value) ?? [];
    if (id === undefined) faults.push(`${name}: config/mirrors.yaml has no key with this variable; ${nearest(name, [...idOf.keys()]) ?? 'see `keys` there'}`);
    else if (fingerprint === undefined || path === undefined) faults.push(`${name}: write it as FINGERPRINT:/path/to/key.asc, with 40 upper-case hex digits`);
    else substitutes.set(id, { fingerprint, path });
  }
  if (faults.length === 0) return substitutes;
  throw new BakeError('CONFIG_INVALID', {
    what: 'The environment names keys in a way that cannot be used',
    fix: 'Mend or unset the variables below',
    details: faults,
  });
}
