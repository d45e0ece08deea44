import type { CheckDeclaration } from '../../scripts/model/check.ts';

/** A check with nothing but its columns; tests add the probes that they are about. */
export function sampleCheck(id: string, changes: Partial<CheckDeclaration> = {}): CheckDeclaration {
  return { id, component: id.split('.')[0] ?? id, title: `title of ${id}`, hint: `hint of ${id}`, saboteur: { where: 'guest', run: 'false' }, ...changes };
}
