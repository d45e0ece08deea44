import { BakeError } from '../errors.ts';
import { quoteSh } from './quoting.ts';

/** The one file through which values enter guest scripts: `NAME='value'` lines that any shell reads literally. */
export function renderGuestEnv(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${checkedName(name)}=${quoteSh(value)}\n`)
    .join('');
}

function checkedName(name: string): string {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  throw new BakeError('CONFIG_INVALID', {
    what: `${JSON.stringify(name)} is not a name for a variable of guest scripts`,
    fix: 'Use letters, digits and dashes in the ids of components and the names of parameters and facts, beginning with a letter',
  });
}
