import type { CheckRow, Phase } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';
import { generalTroubles, rowsOf, troubles } from './verdict.ts';

/** What a reader came for: every row that is no pass, with what was expected, what was found and where to look. */
export function troubleSection(report: VerificationReport): Markup {
  const rows = troubles(report);
  const general = generalTroubles(report);
  if (rows.length + general.length === 0) return markup``;
  return markup`<section aria-labelledby="troubles">
<h2 id="troubles">What did not pass</h2>
${general.map((line) => markup`<p class="fail">${line}</p>\n`)}${rows.map(trouble)}</section>`;
}

function trouble({ check, phase, property, outcome, expected, found, hint }: CheckRow): Markup {
  return markup`<article>
<h3><span class="${outcome}">${outcome}</span> ${property}</h3>
<dl><dt>check</dt><dd><code>${check}</code> (${phase})</dd><dt>expected</dt><dd class="evidence">${expected}</dd><dt>found</dt><dd class="evidence">${found}</dd><dt>hint</dt><dd>${hint}</dd></dl>
</article>
`;
}

/** Every row of every phase, folded away: the proof is there for whoever wants to see it. */
export function phasesSection(report: VerificationReport): Markup {
  if (report.phases.length === 0) return markup``;
  return markup`<section aria-labelledby="phases">
<h2 id="phases">All results, phase by phase</h2>
${report.phases.map((phase) => phaseDetails(report, phase))}</section>`;
}

function phaseDetails(report: VerificationReport, phase: Phase): Markup {
  const rows = rowsOf(report, phase);
  const passed = rows.filter(({ outcome }) => outcome === 'pass').length;
  const sentence = `${passed} of ${count(rows.length, 'result')} passed`;
  return markup`<details><summary>${phase}: <span class="${passed === rows.length ? 'pass' : 'fail'}">${sentence}</span></summary>
<table>
<caption>${phase}: ${sentence}</caption>
<thead><tr><th scope="col">outcome</th><th scope="col">what must be true</th><th scope="col" class="wide">found</th></tr></thead>
<tbody>
${rows.map(resultRow)}</tbody>
</table>
</details>
`;
}

function resultRow({ check, property, outcome, found }: CheckRow): Markup {
  return markup`<tr><td class="${outcome} word-cell">${outcome}</td><th scope="row">${property}<p class="soft"><code>${check}</code></p></th><td class="wide evidence">${found}</td></tr>
`;
}
