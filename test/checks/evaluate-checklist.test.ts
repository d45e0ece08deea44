import { describe, expect, test } from 'vitest';
import type { DeclaredRow } from '../../scripts/checks/declared-rows.ts';
import { evaluateChecklist } from '../../scripts/checks/evaluate-checklist.ts';
import type { CheckRow, Phase } from '../../scripts/model/check.ts';
import type { ChecklistItem, ChecklistLine } from '../../scripts/model/checklist.ts';
import { row } from '../reports/sample-report.ts';
import { sampleCheck } from '../support/sample-check.ts';

const declare = (id: string, ...phases: readonly Phase[]): readonly DeclaredRow[] => phases.map((phase) => ({ declaration: sampleCheck(id), phase }));
const DECLARED = [
  ...declare('door.locked', 'sealed', 'first-boot'),
  ...declare('door.version', 'first-boot', 'after-reboot'),
  ...declare('roof.tight', 'sealed'),
];
const ROWS: readonly CheckRow[] = [
  row({ check: 'door.locked', phase: 'sealed', found: 'nothing' }),
  row({ check: 'roof.tight', phase: 'sealed', found: 'exit 0' }),
  row({ check: 'door.locked', phase: 'first-boot', found: 'exit 0' }),
  row({ check: 'door.version', phase: 'first-boot', found: 'exit 0: 15' }),
  row({ check: 'door.version', phase: 'after-reboot', found: '15 ⏎ oak' }),
];

function line(item: Partial<ChecklistItem>, rows = ROWS): ChecklistLine {
  const written = { item: 'Door locked', checks: ['door.*'], show: {}, ...item };
  const [only] = evaluateChecklist({ id: 'house', title: 'Before you leave', items: [written] }, { declared: DECLARED, rows }).lines;
  if (only === undefined) throw new Error('a line is missing');
  return only;
}

test('every line comes, in order, under the title', () => {
  const items = ['b', 'a', 'c'].map((item) => ({ item, checks: ['none.*'], show: {} }));
  const report = evaluateChecklist({ id: 'house', title: 'Before you leave', items }, { declared: DECLARED, rows: ROWS });
  expect(report).toMatchObject({ id: 'house', title: 'Before you leave' });
  expect(report.lines.map(({ item }) => item)).toEqual(['b', 'a', 'c']);
});

describe('a line', () => {
  test('is done when every declared row of every check that it means has passed', () => {
    expect(line({})).toEqual({
      ...{ item: 'Door locked', state: 'done', evidence: '2 of 2 checks: door.locked, door.version' },
      ...{ checks: ['door.locked', 'door.version'], troubles: [] },
    });
  });

  test.each([
    ['fails', ROWS.map((one) => (one.check === 'door.version' && one.phase === 'after-reboot' ? { ...one, outcome: 'fail' as const } : one))],
    ['is unknown', ROWS.map((one) => (one.check === 'door.version' ? { ...one, outcome: 'unknown' as const } : one))],
    ['never came', ROWS.filter(({ check, phase }) => check !== 'door.version' || phase !== 'after-reboot')],
  ])('is failed when one row %s, even where an operator has a part', (_, rows) => {
    expect(line({ operator: 'get a key' }, rows)).toMatchObject({
      ...{ state: 'failed', evidence: '1 of 2 checks; not proven: door.version', troubles: ['door.version'] },
    });
  });

  test('says that it is no part of the role when none of its checks is', () => {
    expect(line({ checks: ['cellar.*'], operator: 'dig', note: 'deep' })).toMatchObject({
      state: 'not-applicable',
      evidence: 'not part of this role',
      checks: [],
    });
  });

  test('stands on the checks that the role has, when it has some of them', () => {
    expect(line({ checks: ['cellar.*', 'roof.*'] })).toMatchObject({ state: 'done', evidence: '1 of 1 check: roof.tight' });
  });

  test('is the operator’s at best when it has a part that no image can bring', () => {
    expect(line({ operator: 'get a key', checks: ['roof.*'] })).toMatchObject({ state: 'operator', evidence: 'get a key; 1 of 1 check: roof.tight' });
  });

  test('shows what was found last, without the words around it, then the note', () => {
    expect(line({ show: { Door: 'door.version', lock: 'door.locked' }, note: 'mind the step' }).evidence).toBe(
      'Door 15, oak; 2 of 2 checks: door.locked, door.version; mind the step',
    );
  });

  test('does not say a label twice', () => {
    const rows = ROWS.map((one) => (one.check === 'door.version' ? { ...one, found: 'door 15' } : one));
    expect(line({ show: { Door: 'door.version' } }, rows).evidence).toMatch(/^door 15; /);
  });

  test('shows nothing of a check that the role does not have', () => {
    expect(line({ checks: ['roof.*'], show: { Door: 'door.version' } }).evidence).toBe('1 of 1 check: roof.tight');
  });

  test('names a few of many checks, and shows of a guest’s text only what is safe', () => {
    const declared = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => declare(`door.${name}`, 'sealed'));
    const rows = declared.map(({ declaration }) => row({ check: declaration.id, phase: 'sealed', found: `\u001B[31m${'x'.repeat(500)}` }));
    const items = [{ item: 'Door', checks: ['door.*'], show: { Door: 'door.a' } }];
    const evidence = evaluateChecklist({ id: 'house', title: 't', items }, { declared, rows }).lines[0]?.evidence ?? '';
    expect(evidence).toContain('5 of 5 checks: door.a, door.b, door.c and 2 more');
    expect(evidence).not.toContain('\u001B');
    expect(evidence.length).toBeLessThan(250);
  });
});
