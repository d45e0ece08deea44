import { describe, expect, test } from 'vitest';
import { evaluateGrades, fallenGrades } from '../../scripts/checks/evaluate-grades.ts';
import { noAnswer, type Answer } from '../../scripts/checks/grade-answers.ts';
import type { Grade } from '../../scripts/model/grade-report.ts';
import type { WantedGrade } from '../../scripts/model/grading.ts';

const SCAP: WantedGrade = { id: 'cis', title: 'CIS', grader: 'openscap', goal: 90 };
const TLS: WantedGrade = { id: 'tls', title: 'TLS', grader: 'testssl', goal: 0 };
const answer = (score: number, rules: readonly string[] = []): Answer => ({ score, detail: 'said', failed: rules.map((rule) => ({ rule, title: rule })) });
const WAIVERS = [{ rule: 'partition_*', reason: 'one disk, one partition' }];

function grade(want: WantedGrade, given: Answer, { stock, previous }: { readonly stock?: Answer; readonly previous?: number } = {}): Grade | undefined {
  return evaluateGrades([want], WAIVERS, {
    answers: new Map([[want.id, given]]),
    stock: new Map(stock === undefined ? [] : [[want.id, stock]]),
    previous: previous === undefined ? [] : [{ id: want.id, score: previous } as Grade],
  })[0];
}

describe('evaluateGrades', () => {
  test.each([
    [SCAP, 95, 'met'],
    [SCAP, 89.99, 'missed'],
    [TLS, 0, 'met'],
    [TLS, 1, 'missed'],
  ] as const)('%j with %d is %s', (want, score, outcome) => {
    expect(grade(want, answer(score))).toMatchObject({ score, outcome });
  });

  test('a percentage is raw: a reason explains a rule, it does not count it', () => {
    expect(grade(SCAP, answer(80, ['partition_for_home', 'banner']))).toMatchObject({
      score: 80,
      detail: 'said; 1 with a written reason',
      failed: [{ waiver: 'one disk, one partition' }, { waiver: null }],
    });
  });

  test('of findings, those with a reason are taken off', () => {
    expect(grade(TLS, answer(2, ['partition_x', 'old_cipher']))).toMatchObject({ score: 1, outcome: 'missed' });
  });

  test('no answer is no score, never zero findings', () => {
    expect(grade(TLS, noAnswer('gone'))).toMatchObject({ score: null, outcome: 'unknown', detail: 'gone' });
  });

  test('stock and the release before stand beside it', () => {
    expect(grade(SCAP, answer(95.128), { stock: answer(66.541), previous: 94 })).toMatchObject({ score: 95.13, stock: 66.54, previous: 94 });
  });
});

test('a fall is a fall in the grade’s own direction; what has no score before or now has none', () => {
  const one = (change: Partial<Grade>): Grade => ({ ...(grade(SCAP, answer(95), { previous: 95 }) as Grade), ...change });
  expect(
    fallenGrades([
      one({ id: 'same' }),
      one({ id: 'better', score: 96 }),
      one({ id: 'worse', score: 94.9 }),
      one({ id: 'more-findings', better: 'lower', score: 96 }),
      one({ id: 'fewer-findings', better: 'lower', score: 94 }),
      one({ id: 'new', previous: null }),
      one({ id: 'silent', score: null }),
    ]),
  ).toEqual(['worse', 'more-findings']);
});
