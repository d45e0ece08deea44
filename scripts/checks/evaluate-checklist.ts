import type { CheckRow } from '../model/check.ts';
import { checkMatcher } from '../model/check-pattern.ts';
import type { Checklist, ChecklistItem, ChecklistLine, ChecklistReport } from '../model/checklist.ts';
import { cleanText } from './console-lines.ts';
import type { DeclaredRow } from './declared-rows.ts';

const NAMED_CHECKS = 3;
const NAMED_TROUBLES = 6;
const LONGEST_VALUE = 120;

export interface ChecklistEvidence {
  readonly declared: readonly DeclaredRow[];
  readonly rows: readonly CheckRow[];
}

/** Reads somebody's own checklist off the rows: no line is left out, and none is better than the checks that it stands on. */
export function evaluateChecklist({ id, title, items }: Checklist, evidence: ChecklistEvidence): ChecklistReport {
  return { id, title, lines: items.map((item) => lineOf(item, evidence)) };
}

function lineOf(written: ChecklistItem, { declared, rows }: ChecklistEvidence): ChecklistLine {
  const { item, note, operator } = written;
  const matchers = written.checks.map(checkMatcher);
  const mine = declared.filter(({ declaration }) => matchers.some((matches) => matches(declaration.id)));
  const checks = [...new Set(mine.map(({ declaration }) => declaration.id))];
  if (checks.length === 0) return { item, state: 'not-applicable', evidence: 'not part of this role', checks: [], troubles: [] };
  const passed = new Set(rows.filter(({ outcome }) => outcome === 'pass').map(({ check, phase }) => `${check} ${phase}`));
  const unproven = new Set(mine.filter(({ declaration, phase }) => !passed.has(`${declaration.id} ${phase}`)).map(({ declaration }) => declaration.id));
  const troubles = checks.filter((id) => unproven.has(id));
  if (troubles.length > 0) return { item, state: 'failed', evidence: failureText(checks, troubles), checks, troubles };
  const parts = [
    ...(operator === undefined ? [] : [operator]),
    ...shownValues(
      written,
      rows.filter(({ check }) => checks.includes(check)),
    ),
    passText(checks),
    ...(note === undefined ? [] : [note]),
  ];
  return { item, state: operator === undefined ? 'done' : 'operator', evidence: parts.join('; '), checks, troubles };
}

function passText(checks: readonly string[]): string {
  return `${checks.length} of ${checks.length} check${checks.length === 1 ? '' : 's'}: ${some(checks, NAMED_CHECKS)}`;
}

function failureText(checks: readonly string[], troubles: readonly string[]): string {
  return `${checks.length - troubles.length} of ${checks.length} check${checks.length === 1 ? '' : 's'}; not proven: ${some(troubles, NAMED_TROUBLES)}`;
}

function some(ids: readonly string[], many: number): string {
  const rest = ids.length - many;
  return rest > 0 ? `${ids.slice(0, many).join(', ')} and ${rest} more` : ids.join(', ');
}

/** `PostgreSQL 15, Node.js 18`, as one part; nothing when no check of this role found a value. */
function shownValues({ show }: ChecklistItem, rows: readonly CheckRow[]): readonly string[] {
  const values = Object.entries(show).flatMap(([label, id]) => {
    const value = rows
      .filter(({ check }) => check === id)
      .map(({ found }) => valueIn(found))
      .findLast((text) => text !== '');
    if (value === undefined) return [];
    return [value.toLowerCase().startsWith(label.toLowerCase()) ? value : `${label} ${value}`];
  });
  return values.length === 0 ? [] : [values.join(', ')];
}

/** What a probe printed, without the words that a row puts around it. */
function valueIn(found: string): string {
  const bare = found === 'nothing' ? '' : found.replace(/^exit \d+(?:: )?/, '');
  return cleanText(bare.replaceAll(' ⏎ ', ', '), LONGEST_VALUE);
}
