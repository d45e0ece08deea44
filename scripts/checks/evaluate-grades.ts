import { checkMatcher } from '../model/check-pattern.ts';
import type { Grade } from '../model/grade-report.ts';
import type { Grader, WantedGrade, Waiver } from '../model/grading.ts';
import { noAnswer, type Answer } from './grade-answers.ts';

const UNITS: Readonly<Record<Grader, Pick<Grade, 'unit' | 'better'>>> = {
  openscap: { unit: '%', better: 'higher' },
  exposure: { unit: 'exposure', better: 'lower' },
  lynis: { unit: 'points', better: 'higher' },
  'ssh-audit': { unit: 'findings', better: 'lower' },
  testssl: { unit: 'findings', better: 'lower' },
  openssh: { unit: 'findings', better: 'lower' },
  nmap: { unit: 'findings', better: 'lower' },
};

export interface Answers {
  /** By id of the grade. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** Of a machine that nobody has hardened; empty when it was not asked for. */
  readonly stock: ReadonlyMap<string, Answer>;
  /** Grades of the release before. */
  readonly previous: readonly Grade[];
}

/** Holds every answer against its goal and against the release before. Scores of rules are raw: a reason explains a rule, it does not count it. */
export function evaluateGrades(wanted: readonly WantedGrade[], waivers: readonly Waiver[], { answers, stock, previous }: Answers): readonly Grade[] {
  return wanted.map((want): Grade => {
    const { id, title, grader, goal } = want;
    const { unit, better } = UNITS[grader];
    const answer = answers.get(id) ?? noAnswer('it was not asked');
    const failed = answer.failed.map(({ rule, title: words }) => ({ rule, title: words, waiver: waiverOf(waivers, rule) }));
    const waived = failed.filter(({ waiver }) => waiver !== null).length;
    // Findings are counted, not shared out: those with a reason are taken off, and said.
    const score = rounded(unit === 'findings' && answer.score !== null ? answer.score - waived : answer.score);
    return {
      ...{ id, title, unit, better, goal, score, failed },
      outcome: outcomeOf(score, { better, goal }),
      previous: previous.find((grade) => grade.id === id)?.score ?? null,
      stock: rounded(stock.get(id)?.score ?? null),
      detail: waived === 0 ? answer.detail : `${answer.detail}; ${waived} with a written reason`,
    };
  });
}

/** Ids of the grades that got worse. */
export function fallenGrades(grades: readonly Grade[]): readonly string[] {
  return grades
    .filter(({ score, previous, better }) => score !== null && previous !== null && (better === 'higher' ? score < previous : score > previous))
    .map(({ id }) => id);
}

function outcomeOf(score: number | null, { better, goal }: Pick<Grade, 'better' | 'goal'>): Grade['outcome'] {
  if (score === null) return 'unknown';
  return (better === 'higher' ? score >= goal : score <= goal) ? 'met' : 'missed';
}

function waiverOf(waivers: readonly Waiver[], rule: string): string | null {
  return waivers.find((waiver) => checkMatcher(waiver.rule)(rule))?.reason ?? null;
}

/** Two digits behind the point: more would be read as meaning something. */
function rounded(score: number | null): number | null {
  return score === null ? null : Math.round(score * 100) / 100;
}
