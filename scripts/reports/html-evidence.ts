import type { BudgetLine } from '../model/budget.ts';
import type { ChecklistLine, ChecklistState } from '../model/checklist.ts';
import type { Changed, ReleaseChanges } from '../model/release-changes.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { STATE_WORDS, checklistSentence } from './checklist.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';

const STATE_CLASSES: Readonly<Record<ChecklistState, string>> = { done: 'pass', failed: 'fail', operator: 'unknown', 'not-applicable': 'soft' };

/** Somebody's own checklist, each line with its evidence. */
export function checklistSection({ checklist }: VerificationReport): Markup {
  if (checklist === undefined) return markup``;
  return markup`<section aria-labelledby="checklist">
<h2 id="checklist">${checklist.title}</h2>
<table>
<caption>${checklistSentence(checklist)}</caption>
<thead><tr><th scope="col">state</th><th scope="col">line and evidence</th></tr></thead>
<tbody>
${checklist.lines.map(checklistRow)}</tbody>
</table>
</section>`;
}

function checklistRow({ item, state, evidence, checks }: ChecklistLine): Markup {
  const all = markup`<details><summary>all ${count(checks.length, 'check')}</summary><code>${checks.join(' ')}</code></details>`;
  return markup`<tr><td class="${STATE_CLASSES[state]} word-cell">${STATE_WORDS[state]}</td><th scope="row">${item}<p class="soft">${evidence}</p>${checks.length > 0 ? all : ''}</th></tr>
`;
}

/** What a machine of the image costs, against the most that it may. */
export function budgetSection({ budgets = [] }: VerificationReport): Markup {
  if (budgets.length === 0) return markup``;
  const kept = budgets.filter(({ outcome }) => outcome === 'pass').length;
  return markup`<section aria-labelledby="budgets">
<h2 id="budgets">Budgets</h2>
<table>
<caption>${kept} of ${budgets.length} kept; times are told in runs of the reference guest, which was measured in the same run</caption>
<thead><tr><th scope="col">what</th><th scope="col" class="number">measured</th><th scope="col" class="number">most</th><th scope="col">kept</th></tr></thead>
<tbody>
${budgets.map(budgetRow)}</tbody>
</table>
</section>`;
}

function budgetRow({ title, measured, limit, unit, outcome, detail }: BudgetLine): Markup {
  const value = (number: number | null): string => (number === null ? '–' : `${number} ${unit}`.trim());
  const words = { pass: limit === null ? 'no limit' : 'yes', fail: 'NO', unknown: 'not measured' };
  return markup`<tr><th scope="row">${title}<p class="soft">${detail}</p></th><td class="number">${value(measured)}</td><td class="number">${value(limit)}</td><td class="${outcome}">${words[outcome]}</td></tr>
`;
}

/** What is other than in the release before. */
export function changesSection(changes: ReleaseChanges | undefined): Markup {
  if (changes === undefined) return markup``;
  const { since, packages, checks, measures } = changes;
  const parts = [
    list('Packages that are new', packages.added),
    list('Packages that are gone', packages.removed),
    list('Packages of another version', packages.changed.map(changedText)),
    list('Checks that are new', checks.added),
    list('Checks that are gone', checks.removed),
    list('Measures', measures.map(changedText)),
  ].filter(({ html }) => html !== '');
  return markup`<section aria-labelledby="changes">
<h2 id="changes">Since ${since}</h2>
${parts.length === 0 ? markup`<p>Nothing that is listed here is other than in ${since}.</p>` : parts}</section>`;
}

function changedText({ name, before, now }: Changed): string {
  return `${name}: ${before} → ${now}`;
}

function list(title: string, items: readonly string[]): Markup {
  if (items.length === 0) return markup``;
  return markup`<details${items.length <= 12 ? { html: ' open' } : ''}><summary>${title}: ${count(items.length, 'item')}</summary><ul class="plain">${items.map((item) => markup`<li>${item}</li>`)}</ul></details>
`;
}
