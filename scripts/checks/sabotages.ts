import type { CheckDeclaration } from '../model/check.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Mute } from '../model/mute.ts';
import { declaredRows, probeOf, rowKey, type DeclaredRow } from './declared-rows.ts';
import type { NamedProbe } from './probe-script.ts';

/** The state of a machine that a saboteur meets. */
export type Ground = 'sealed' | 'first-boot' | 'after-reboot';

/** One saboteur, and the results that must tell it. */
export interface Sabotage {
  readonly declaration: CheckDeclaration;
  readonly ground: Ground;
  /** Where the saboteur works: a probe that looks elsewhere cannot see it. At least one of these must go red. */
  readonly watched: readonly DeclaredRow[];
  /** Set on the days on which the check is known to fail here. */
  readonly mute?: Mute;
}

/** Every check of an image with its saboteur. A check that looks after both boots is broken after the first: there is nothing more to learn from the second. */
export function sabotages(spec: ImageSpec, only?: string, today?: string): readonly Sabotage[] {
  const rows = declaredRows(spec, only);
  const declarations = [...new Set(rows.map(({ declaration }) => declaration))];
  const mutes = today === undefined ? [] : (spec.distro.mutes ?? []).filter(({ until }) => today <= until);
  return declarations.map((declaration) => {
    const mute = mutes.find(({ check }) => check === declaration.id);
    return { ...sabotage(declaration, rows), ...(mute === undefined ? {} : { mute }) };
  });
}

function sabotage(declaration: CheckDeclaration, rows: readonly DeclaredRow[]): Sabotage {
  const own = rows.filter((row) => row.declaration === declaration);
  if (declaration.saboteur.where === 'sealed') return { declaration, ground: 'sealed', watched: own.filter(({ phase }) => phase === 'sealed') };
  const live = own.filter(({ phase }) => phase !== 'sealed');
  const late = live.length > 0 && live.every(({ phase }) => phase === 'after-reboot');
  return { declaration, ground: late ? 'after-reboot' : 'first-boot', watched: late ? live : live.filter(({ phase }) => phase !== 'after-reboot') };
}

/** What is asked of the guest itself among watched rows: the rest is looked at from the host. */
export function guestProbes(watched: readonly DeclaredRow[]): readonly NamedProbe[] {
  return watched
    .filter(({ phase }) => phase === 'first-boot' || phase === 'after-reboot')
    .map((row) => ({ name: rowKey(row), run: probeOf(row)?.run ?? 'exit 127', exclusive: row.declaration.guest?.exclusive === true }));
}
