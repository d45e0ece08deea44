import type { Artifact, StageTime } from '../model/artifact.ts';
import type { CheckRow, Phase } from '../model/check.ts';
import type { ChecklistLine, ChecklistState } from '../model/checklist.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { STATE_WORDS, checklistSentence } from './checklist.ts';
import { HTML_STYLE } from './html-style.ts';
import { markup, type Markup } from './markup.ts';
import { count, duration, size } from './quantities.ts';
import { generalTroubles, rowsOf, troubles, verdictSentence } from './verdict.ts';

export interface HtmlExtra {
  readonly artifact?: Artifact;
  readonly release?: Release;
}

/** A verification as one page that opens anywhere: no script, nothing fetched, what went wrong first. */
export function html(report: VerificationReport, extra: HtmlExtra = {}): string {
  const title = `${report.imageId}${extra.release === undefined ? '' : ` ${extra.release.version}`}`;
  const style: Markup = { html: HTML_STYLE };
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.verdict === 'pass' ? 'Pass' : 'Fail'}: ${title}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<div class="verdict ${report.verdict}"><p class="word">${report.verdict === 'pass' ? 'Pass' : 'Fail'}</p><p>${verdictSentence(report)}.</p></div>
</header>
<main>
${troubleSection(report)}
${factSection(report, extra)}
${checklistSection(report)}
${report.phases.map((phase) => phaseSection(report, phase))}
${timeSection([...(extra.artifact?.stageTimes ?? []), ...report.stageTimes])}
${packageSection(extra.artifact)}
</main>
</body>
</html>
`.html;
}

function troubleSection(report: VerificationReport): Markup {
  const rows = troubles(report);
  const general = generalTroubles(report);
  if (rows.length + general.length === 0) return markup``;
  return markup`<section aria-labelledby="troubles">
<h2 id="troubles">What did not pass</h2>
${general.map((line) => markup`<p class="fail">${line}</p>\n`)}${rows.map(trouble)}</section>`;
}

function trouble({ check, phase, property, outcome, expected, found, hint }: CheckRow): Markup {
  return markup`<article>
<h3><span class="${outcome}">${outcome}</span> ${check}</h3>
<p>${property}</p>
<dl><dt>phase</dt><dd>${phase}</dd><dt>expected</dt><dd class="evidence">${expected}</dd><dt>found</dt><dd class="evidence">${found}</dd><dt>hint</dt><dd>${hint}</dd></dl>
</article>
`;
}

function factSection(report: VerificationReport, { artifact, release }: HtmlExtra): Markup {
  const { bootSeconds, accelerator, slowness } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['distro', report.distro],
    ['role', report.role],
    ['disk', `sha256:${report.digestBefore}`],
    ...(artifact === undefined
      ? []
      : [
          ['size', `${size(artifact.sizeBytes)} (${size(artifact.virtualSizeBytes)} virtual, ${artifact.compression})`] as const,
          ['baked', `${artifact.bakedAt} by the ${artifact.driver} driver`] as const,
        ]),
    ['verified', report.verifiedAt],
    ...(release === undefined ? [] : [['published', `${release.version}, ${release.publishedAt}`] as const]),
    ...(report.totalSeconds === undefined ? [] : [['took', duration(report.totalSeconds)] as const]),
    ['boots', `first ${duration(bootSeconds.firstBoot)}, again ${duration(bootSeconds.reboot)} (${accelerator}, deadlines × ${slowness.toFixed(1)})`],
  ];
  return markup`<section aria-labelledby="facts">
<h2 id="facts">The image</h2>
<dl>${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
</section>`;
}

const STATE_CLASSES: Readonly<Record<ChecklistState, string>> = { done: 'pass', failed: 'fail', operator: 'unknown', 'not-applicable': 'soft' };

function checklistSection({ checklist }: VerificationReport): Markup {
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
  const all = markup`<details><summary>all checks of this line</summary><code>${checks.join(' ')}</code></details>`;
  return markup`<tr><td class="${STATE_CLASSES[state]}">${STATE_WORDS[state]}</td><th scope="row">${item}<p class="soft">${evidence}</p>${checks.length > 0 ? all : ''}</th></tr>
`;
}

function phaseSection(report: VerificationReport, phase: Phase): Markup {
  const rows = rowsOf(report, phase);
  const passed = rows.filter(({ outcome }) => outcome === 'pass').length;
  return markup`<section aria-labelledby="phase-${phase}">
<h2 id="phase-${phase}">${phase}</h2>
<div class="scroll" role="region" aria-labelledby="phase-${phase}" tabindex="0">
<table>
<caption>${passed} of ${count(rows.length, 'result')} passed</caption>
<thead><tr><th scope="col">outcome</th><th scope="col">check</th><th scope="col">what must be true</th><th scope="col" class="wide">found</th></tr></thead>
<tbody>
${rows.map((row) => markup`<tr><td class="${row.outcome}">${row.outcome}</td><th scope="row"><code>${row.check}</code></th><td>${row.property}</td><td class="wide evidence">${row.found}</td></tr>\n`)}</tbody>
</table>
</div>
</section>
`;
}

function timeSection(times: readonly StageTime[]): Markup {
  if (times.length === 0) return markup``;
  return markup`<section aria-labelledby="times">
<h2 id="times">Time</h2>
<table>
<caption>Stages in the order in which they ran</caption>
<thead><tr><th scope="col">stage</th><th scope="col">time</th></tr></thead>
<tbody>
${times.map(({ name, seconds }) => markup`<tr><th scope="row">${name}</th><td class="number">${duration(seconds)}</td></tr>\n`)}</tbody>
</table>
</section>`;
}

function packageSection(artifact: Artifact | undefined): Markup {
  if (artifact === undefined || artifact.packages.length === 0) return markup``;
  return markup`<section aria-labelledby="packages">
<h2 id="packages">Packages</h2>
<details><summary>${count(artifact.packages.length, 'package')} installed</summary><pre>${artifact.packages.join('\n')}</pre></details>
</section>`;
}
