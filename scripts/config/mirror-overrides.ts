import { BakeError } from '../errors.ts';
import { nearest } from '../errors/nearest.ts';
import { quoted } from './problem.ts';
import type { WrittenMirrors } from './written.ts';

const PREFIX = 'INGOT_MIRROR_';

/** Places that the environment names instead of the public ones, by mirror id; refuses what is no plain URL, all at once. */
export function mirrorOverrides(mirrors: WrittenMirrors['mirrors'], env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const idOf = new Map(Object.entries(mirrors).map(([id, { environment }]) => [environment, id]));
  const overrides = new Map<string, string>();
  const faults: string[] = [];
  for (const [name, value = ''] of Object.entries(env).filter(([key]) => key.startsWith(PREFIX))) {
    const id = idOf.get(name);
    const fault = id === undefined ? unknownVariable(name, [...idOf.keys()]) : value === '' ? undefined : urlFault(value);
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
    else if (id !== undefined && value !== '') overrides.set(id, value.replace(/\/+$/, ''));
  }
  if (faults.length === 0) return overrides;
  throw new BakeError('CONFIG_INVALID', {
    what: 'The environment names mirrors in a way that cannot be used',
    fix: 'Mend or unset the variables below',
    details: faults,
  });
}

function unknownVariable(name: string, known: readonly string[]): string {
  const suggestion = nearest(name, known);
  return suggestion === undefined
    ? `config/mirrors.yaml has no mirror with this variable; known: ${known.join(', ')}`
    : `config/mirrors.yaml has no mirror with this variable; did you mean ${suggestion}?`;
}

/** Never repeats a value that carries a password. */
function urlFault(value: string): string | undefined {
  if (!URL.canParse(value) || /[\s\p{Cc}]/u.test(value)) return `${value.includes('@') ? 'the value' : quoted(value)} is no URL; write it as https://host/path`;
  const { protocol, username, password, search, hash } = new URL(value);
  if (username !== '' || password !== '')
    return 'the URL carries a user name or password, which would end in files and logs; give them to apt in /etc/apt/auth.conf.d, or use a mirror that needs none';
  if (!['http:', 'https:', 'file:'].includes(protocol)) return `${quoted(protocol)} is not supported; use http, https or file`;
  return search === '' && hash === '' ? undefined : `${quoted(value)} has a query or a fragment; a mirror is a plain folder`;
}
