import type { Grade, GradeReport } from '../model/grade-report.ts';
import { plainLine } from './plain-text.ts';
import { count } from './quantities.ts';
import { table } from './table.ts';

/** The whole of the grades in one clause, the same in every format. */
export function gradesSentence({ grades, falls, notCompared }: GradeReport): string {
  const many = (outcome: Grade['outcome']): number => grades.filter((grade) => grade.outcome === outcome).length;
  return [
    `${many('met')} of ${count(grades.length, 'goal')} met`,
    ...(many('unknown') > 0 ? [`${many('unknown')} not graded`] : []),
    ...(falls.length > 0 ? [`${falls.length} worse than in the release before`] : []),
    ...(notCompared === undefined ? [] : ['not compared with the release before']),
  ].join(', ');
}

/** Why a fall could not be told, in the same words in every format; empty when it could. */
export function notComparedText({ notCompared }: GradeReport): string {
  return notCompared === undefined ? '' : `Not compared with the release before, which cannot be read: ${plainLine(notCompared)}`;
}

/** A score in its unit; a dash where there is none. */
export function gradeValue({ unit }: Grade, score: number | null): string {
  if (score === null) return '–';
  return unit === '%' ? `${score.toFixed(1)} %` : String(score);
}

/** What became of a score since the release before, in words that need no colour. */
export function trendText({ score, previous, better }: Grade): string {
  if (score === null || previous === null) return '–';
  const change = Math.round((score - previous) * 10) / 10;
  if (change === 0) return 'as before';
  return `${change > 0 ? '+' : '−'}${Math.abs(change)}, ${change > 0 === (better === 'higher') ? 'better' : 'worse'}`;
}

const WORDS: Readonly<Record<Grade['outcome'], string>> = { met: 'met', missed: 'missed', unknown: 'NOT GRADED' };

/** The grades for a person at a terminal: the table against the goals, then every rule that is not met and has no written reason. */
export function gradeTable(report: GradeReport): string {
  const { imageId, grades, falls, since } = report;
  const withStock = grades.some(({ stock }) => stock !== null);
  const rows = grades.map((grade) => [
    grade.title,
    gradeValue(grade, grade.score),
    `${grade.better === 'higher' ? '>=' : '<='} ${grade.goal}`,
    WORDS[grade.outcome],
    `${trendText(grade)}${falls.includes(grade.id) ? ' FELL' : ''}`,
    ...(withStock ? [gradeValue(grade, grade.stock)] : []),
    grade.detail,
  ]);
  const head = ['grader', 'score', 'goal', 'goal is', `since ${since ?? '-'}`, ...(withStock ? ['stock'] : []), 'how'];
  return [
    ...table([head, ...rows], { indent: '' }),
    '',
    ...grades.flatMap(openRules),
    ...(report.notCompared === undefined ? [] : [notComparedText(report)]),
    `Graded by ${report.graders.join(', ')}`,
    `${imageId}: ${report.verdict === 'pass' ? 'PASS' : 'FAIL'}, ${gradesSentence(report)}`,
    '',
  ].join('\n');
}

function openRules({ title, failed }: Grade): readonly string[] {
  const open = failed.filter(({ waiver }) => waiver === null);
  const waived = failed.length - open.length;
  const reasons = waived === 0 ? '' : ` (and ${count(waived, 'rule')} with a written reason, docs/grades.md)`;
  return open.length === 0 ? [] : [`${title}, not met${reasons}:`, ...open.map(({ rule, title: words }) => `  ${rule}  ${plainLine(words)}`), ''];
}
