import type { ChecklistReport, ChecklistState } from '../model/checklist.ts';
import { plainLine } from './plain-text.ts';

/** The states of a checklist's lines as a person reads them, the same in every format. */
export const STATE_WORDS: Readonly<Record<ChecklistState, string>> = {
  done: 'done',
  failed: 'FAILED',
  operator: 'yours',
  'not-applicable': 'n/a',
};

/** The whole checklist in one clause: how many of the lines that apply the image keeps, and what is left. */
export function checklistSentence({ lines }: ChecklistReport): string {
  const many = (wanted: ChecklistState): number => lines.filter(({ state }) => state === wanted).length;
  const applicable = lines.length - many('not-applicable');
  const parts = [
    `${applicable - many('failed')} of ${applicable}`,
    ...(many('failed') > 0 ? [`${many('failed')} failed`] : []),
    ...(many('operator') > 0 ? [`${many('operator')} yours to finish`] : []),
    ...(many('not-applicable') > 0 ? [`${many('not-applicable')} not part of this role`] : []),
  ];
  return parts.join(', ');
}

/** The checklist for a person at a terminal: its sentence, and below each of its lines the evidence. */
export function checklistLines(checklist: ChecklistReport): readonly string[] {
  return [
    `${plainLine(checklist.title)}: ${checklistSentence(checklist)}`,
    ...checklist.lines.flatMap(({ item, state, evidence }) => [`  ${STATE_WORDS[state].padEnd(6)}  ${plainLine(item)}`, `            ${plainLine(evidence)}`]),
  ];
}
