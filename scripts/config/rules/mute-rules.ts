import type { Catalogue } from '../catalogue.ts';
import { quoted } from '../problem.ts';
import { repeated, unknownName, type Finding, type Rule } from './rule.ts';

/** What must hold for mutes: one that names nothing would hide that it is not needed any more. */
export const MUTE_RULES: readonly Rule[] = [muteIsOfACheck, muteIsOnce];

function muteIsOfACheck({ distros, components }: Catalogue): readonly Finding[] {
  const known = [...components.entries.values()].flatMap(({ id, value }) => value.written.checks.map(({ name }) => `${id}.${name}`));
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    (value.mutes ?? []).flatMap(({ check }, index) => unknownName({ yaml, path: ['mutes', index, 'check'] }, 'check', check, known)),
  );
}

function muteIsOnce({ distros }: Catalogue): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    repeated(
      (value.mutes ?? []).map(({ check }, index) => ({ check, index })),
      ({ check }) => check,
    ).map(({ check, index }) => ({
      yaml,
      path: ['mutes', index, 'check'],
      what: `the check ${quoted(check)} is muted twice`,
      fix: 'keep one of them',
    })),
  );
}
