import type { Catalogue } from '../catalogue.ts';
import { repeated, type Finding, type Rule } from './rule.ts';

/** What must hold for mirrors. */
export const MIRROR_RULES: readonly Rule[] = [environmentIsUnique];

function environmentIsUnique({ mirrors }: Catalogue): readonly Finding[] {
  if (mirrors === undefined) return [];
  const written = Object.entries(mirrors.value.mirrors).map(([id, { environment }]) => ({ id, environment }));
  return repeated(written, ({ environment }) => environment).map(({ id, environment }) => ({
    yaml: mirrors.yaml,
    path: ['mirrors', id, 'environment'],
    what: `another mirror has the variable ${environment}`,
    fix: 'give each mirror a variable of its own',
  }));
}
