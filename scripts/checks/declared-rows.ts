import type { CheckDeclaration, Phase, Probe } from '../model/check.ts';
import { checkMatcher } from '../model/check-pattern.ts';
import type { ImageSpec } from '../model/image-spec.ts';

/** One result that must come: a check in one of its phases. */
export interface DeclaredRow {
  readonly declaration: CheckDeclaration;
  readonly phase: Phase;
}

/** A check that did not run is not a pass: this is the list that the rows are counted against. */
export function declaredRows(spec: ImageSpec, only?: string): readonly DeclaredRow[] {
  const wanted = only === undefined ? () => true : checkMatcher(only);
  return spec.components
    .flatMap(({ checks }) => checks)
    .filter(({ id }) => wanted(id))
    .toSorted((a, b) => compare(a.id, b.id))
    .flatMap((declaration) => phasesOf(declaration).map((phase) => ({ declaration, phase })));
}

/** Names a row in counts, in `missing` and in probe frames. */
export function rowKey({ declaration, phase }: DeclaredRow): string {
  return `${declaration.id} ${phase}`;
}

/** The probe that a row comes from; none for rules over the console, which are judged without running anything. */
export function probeOf({ declaration, phase }: DeclaredRow): Probe | undefined {
  switch (phase) {
    case 'sealed':
      return declaration.sealed;
    case 'first-boot':
    case 'after-reboot':
      return declaration.guest;
    case 'outside':
      return declaration.outside;
    case 'clones':
    case 'console':
      return undefined;
  }
}

function phasesOf({ sealed, guest, outside, console }: CheckDeclaration): readonly Phase[] {
  return [
    ...(sealed === undefined ? [] : (['sealed'] as const)),
    ...(guest?.phases.includes('first-boot') === true ? (['first-boot'] as const) : []),
    ...(outside === undefined ? [] : (['outside'] as const)),
    ...(guest?.phases.includes('after-reboot') === true ? (['after-reboot'] as const) : []),
    ...(console === undefined ? [] : (['console'] as const)),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
