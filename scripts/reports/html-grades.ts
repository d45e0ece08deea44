import type { Grade, GradeReport } from '../model/grade-report.ts';
import { gradesSentence, gradeValue, notComparedText, trendText } from './grades.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';

const CLASSES: Readonly<Record<Grade['outcome'], string>> = { met: 'pass', missed: 'unknown', unknown: 'fail' };

/** What outsiders say of the image, with the goal, the release before and a machine that nobody has hardened beside it. */
export function gradesSection(report: GradeReport | undefined): Markup {
  if (report === undefined) return markup``;
  const withStock = report.grades.some(({ stock }) => stock !== null);
  return markup`<section aria-labelledby="grades">
<h2 id="grades">Grades</h2>
<table>
<caption>${gradesSentence(report)}; by ${report.graders.join(', ')}</caption>
<thead><tr><th scope="col">grader</th><th scope="col" class="number">score</th><th scope="col" class="number">goal</th><th scope="col" class="wide">trend</th>${withStock ? markup`<th scope="col" class="number wide">stock</th>` : ''}<th scope="col">goal met</th></tr></thead>
<tbody>
${report.grades.map((grade) => gradeRow(grade, { withStock, fell: report.falls.includes(grade.id) }))}</tbody>
</table>
${report.notCompared === undefined ? '' : markup`<p>${notComparedText(report)}</p>`}${report.grades.map(failedRules)}</section>`;
}

function gradeRow(grade: Grade, { withStock, fell }: { readonly withStock: boolean; readonly fell: boolean }): Markup {
  const { title, detail, outcome, stock } = grade;
  const words = { met: 'yes', missed: 'no', unknown: 'not graded' };
  const trend = markup`<td class="wide ${fell ? 'fail' : 'soft'}">${trendText(grade)}</td>`;
  const beside = withStock ? markup`<td class="number wide">${gradeValue(grade, stock)}</td>` : markup``;
  return markup`<tr><th scope="row">${title}<p class="soft">${detail}</p></th><td class="number">${gradeValue(grade, grade.score)}</td><td class="number">${grade.better === 'higher' ? '≥' : '≤'} ${grade.goal}</td>${trend}${beside}<td class="${CLASSES[outcome]}">${words[outcome]}</td></tr>
`;
}

function failedRules({ title, failed }: Grade): Markup {
  if (failed.length === 0) return markup``;
  const waived = failed.filter(({ waiver }) => waiver !== null).length;
  return markup`<details><summary>${title}: ${count(failed.length, 'rule')} not met, ${waived} with a written reason</summary>
<table>
<caption>Rules of ${title} that are not met</caption>
<thead><tr><th scope="col">rule</th><th scope="col">reason</th></tr></thead>
<tbody>
${failed.map(({ rule, title: words, waiver }) => markup`<tr><th scope="row">${words}<p class="soft"><code>${rule}</code></p></th><td>${waiver ?? 'none written'}</td></tr>\n`)}</tbody>
</table>
</details>
`;
}
