import type { Catalogue } from '../catalogue.ts';
import { quoted, type KeyPath } from '../problem.ts';
import type { WrittenCheck } from '../written.ts';
import { regexFault } from './regex-fault.ts';
import { repeated, type Finding, type Rule } from './rule.ts';

/** What must hold for checks. */
export const CHECK_RULES: readonly Rule[] = [checkLooksSomewhere, checkIdIsUnique, expectationIsOne, regexCompiles];

const EXPECTATIONS = ['exit', 'equals', 'oneOf', 'matches', 'empty', 'atLeast', 'atMost', 'known'];
const PROBES = ['sealed', 'guest', 'outside'] as const;

function checkLooksSomewhere(catalogue: Catalogue): readonly Finding[] {
  return checksOf(catalogue)
    .filter(({ check }) => check.sealed === undefined && check.guest === undefined && check.outside === undefined && check.console === undefined)
    .map(({ yaml, path }) => ({ yaml, path, what: 'the check looks nowhere', fix: 'add at least one of sealed, guest, outside, console' }));
}

function checkIdIsUnique(catalogue: Catalogue): readonly Finding[] {
  return repeated(checksOf(catalogue), ({ id }) => id).map(({ yaml, path, id }) => ({
    yaml,
    path: [...path, 'name'],
    what: `another check has the id ${quoted(id)}`,
    fix: 'give each check a name of its own',
  }));
}

function expectationIsOne(catalogue: Catalogue): readonly Finding[] {
  return probesOf(catalogue).flatMap(({ yaml, path, expect }) => {
    const keys = Object.keys(expect);
    if (keys.length === 1) return [];
    return [
      { yaml, path, what: `expected exactly one key, found ${keys.length === 0 ? 'none' : keys.join(' and ')}`, fix: `keep one of ${EXPECTATIONS.join(', ')}` },
    ];
  });
}

function regexCompiles(catalogue: Catalogue): readonly Finding[] {
  const matches = probesOf(catalogue).flatMap(({ yaml, path, expect }) =>
    'matches' in expect ? [{ yaml, path: [...path, 'matches'], pattern: expect.matches }] : [],
  );
  const forbids = checksOf(catalogue).flatMap(({ yaml, path, check }) =>
    check.console === undefined ? [] : [{ yaml, path: [...path, 'console', 'forbid'], pattern: check.console.forbid }],
  );
  const knowns = probesOf(catalogue).flatMap(({ yaml, path, expect }) =>
    'known' in expect ? expect.known.map(({ line }, index) => ({ yaml, path: [...path, 'known', index, 'line'], pattern: line })) : [],
  );
  return [...matches, ...forbids, ...knowns].flatMap(({ yaml, path, pattern }) => {
    const fault = regexFault(pattern);
    return fault === undefined ? [] : [{ yaml, path, ...fault }];
  });
}

function checksOf({ components }: Catalogue) {
  return [...components.entries.values()].flatMap(({ id, yaml, value }) =>
    value.written.checks.map((check: WrittenCheck, index) => ({ yaml, path: ['checks', index] as KeyPath, id: `${id}.${check.name}`, check })),
  );
}

function probesOf(catalogue: Catalogue) {
  return checksOf(catalogue).flatMap(({ yaml, path, check }) =>
    PROBES.flatMap((place) => {
      const probe = check[place];
      return probe === undefined ? [] : [{ yaml, path: [...path, place, 'expect'] as KeyPath, expect: probe.expect }];
    }),
  );
}
