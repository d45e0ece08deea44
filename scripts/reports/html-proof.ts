import type { Proof, SabotageOutcome, SabotageRow } from '../model/proof.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';

/** The same number of an earlier release. */
export interface ProvenBefore {
  readonly version: string;
  readonly killRate: number;
  readonly saboteurs: number;
}

const WORDS: Readonly<Record<Exclude<SabotageOutcome, 'killed'>, string>> = {
  survived: 'not noticed',
  'not-green': 'fails on the good disk',
  'not-run': 'gave no answer',
  muted: 'known to fail',
};

/** How well the verification was verified: what was broken on purpose, what noticed, and first of all what did not. */
export function proofSection(proof: Proof | undefined, before?: ProvenBefore): Markup {
  if (proof === undefined) return markup``;
  const { rows, counts, killRate } = proof;
  const open = rows.filter(({ outcome }) => outcome !== 'killed');
  return markup`<section aria-labelledby="proof">
<h2 id="proof">Kill rate</h2>
<p>Each check was shown to fail: a copy of this disk was broken once for every one of them, and <span class="${proof.verdict}">${counts.killed} of ${count(counts.saboteurs, 'saboteur')} were noticed${counts.muted > 0 ? `, ${counts.muted} muted` : ''} (${killRate} %)</span>. ${trend(proof, before)}</p>
${open.map(openCheck)}<details><summary>${count(counts.saboteurs, 'saboteur')} by component</summary>
<table>
<caption>What was broken, and what was noticed</caption>
<thead><tr><th scope="col">component</th><th scope="col" class="number">saboteurs</th><th scope="col" class="number">noticed</th></tr></thead>
<tbody>
${[...new Set(rows.map(({ subject }) => subject))].map((subject) => componentRow(rows, subject))}</tbody>
</table>
</details>
</section>`;
}

function trend({ killRate, counts }: Proof, before: ProvenBefore | undefined): string {
  if (before === undefined) return 'No earlier release says as much.';
  const change = Math.round((killRate - before.killRate) * 10) / 10;
  const more = counts.saboteurs - before.saboteurs;
  return `${before.version}: ${before.killRate} % of ${before.saboteurs} (${change >= 0 ? '+' : '−'}${Math.abs(change)} points, ${more >= 0 ? '+' : '−'}${Math.abs(more)} saboteurs since).`;
}

function openCheck({ check, property, outcome, saboteur, expected, found, muted }: SabotageRow): Markup {
  const until = muted === undefined ? '' : `, muted until ${muted.until}: ${muted.reason} (${muted.see})`;
  return markup`<article>
<h3><span class="${outcome === 'muted' ? 'skip' : 'fail'}">${outcome === 'killed' ? '' : WORDS[outcome]}${until}</span> ${property}</h3>
<dl><dt>check</dt><dd><code>${check}</code></dd><dt>saboteur</dt><dd class="evidence"><code>${saboteur.run}</code> (${saboteur.where})</dd><dt>expected</dt><dd class="evidence">${expected}</dd><dt>found</dt><dd class="evidence">${found}</dd></dl>
</article>
`;
}

function componentRow(rows: readonly SabotageRow[], subject: string): Markup {
  const own = rows.filter((row) => row.subject === subject);
  const many = (wanted: SabotageOutcome): number => own.filter(({ outcome }) => outcome === wanted).length;
  const noticed = many('killed');
  return markup`<tr><th scope="row">${subject}</th><td class="number">${String(own.length)}</td><td class="number ${noticed + many('muted') === own.length ? 'pass' : 'fail'}">${String(noticed)}</td></tr>
`;
}
