import type { Artifact } from '../model/artifact.ts';
import type { GradeReport } from '../model/grade-report.ts';
import type { Proof } from '../model/proof.ts';
import type { ReleaseChanges } from '../model/release-changes.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { checklistSentence } from './checklist.ts';
import { gradesSentence, gradeValue } from './grades.ts';
import { timeSection } from './html-chart.ts';
import { budgetSection, changesSection, checklistSection } from './html-evidence.ts';
import { gradesSection } from './html-grades.ts';
import { proofSection, type ProvenBefore } from './html-proof.ts';
import { phasesSection, troubleSection } from './html-phases.ts';
import { HTML_STYLE } from './html-style.ts';
import { markup, type Markup } from './markup.ts';
import { count, duration, size } from './quantities.ts';
import { verdictSentence } from './verdict.ts';

export interface HtmlExtra {
  readonly artifact?: Artifact;
  readonly release?: Release;
  readonly grades?: GradeReport;
  readonly changes?: ReleaseChanges;
  readonly proof?: Proof;
  readonly provenBefore?: ProvenBefore;
}

/** A verification as one page that opens anywhere: no script, nothing fetched, what went wrong first. */
export function html(report: VerificationReport, extra: HtmlExtra = {}): string {
  const title = `${report.imageId}${extra.release === undefined ? '' : ` ${extra.release.version}`}`;
  const sections = sectionsOf(report, extra).filter(({ content }) => content.html !== '');
  const head = { title, verdict: report.verdict, sentence: `${verdictSentence(report)}.`, tiles: tilesOf(report, extra) };
  return page(head, sections);
}

/** The grades of one disk as a page of their own. */
export function gradePage(report: GradeReport): string {
  const head = { title: `Grades of ${report.imageId}`, verdict: report.verdict, sentence: `${gradesSentence(report)}.`, tiles: gradeTiles(report) };
  return page(head, [{ id: 'grades', name: 'Grades', content: gradesSection(report) }]);
}

interface Head {
  readonly title: string;
  readonly verdict: 'pass' | 'fail';
  readonly sentence: string;
  readonly tiles: readonly Tile[];
}

type Tile = readonly [name: string, value: string];

function page({ title, verdict, sentence, tiles }: Head, sections: readonly Section[]): string {
  const word = verdict === 'pass' ? 'Pass' : 'Fail';
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${word}: ${title}</title>
<style>${{ html: HTML_STYLE }}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<div class="verdict ${verdict}"><p class="word">${word}</p><p>${sentence}</p></div>
<dl class="tiles">${tiles.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<nav aria-label="Parts of this report"><ul>${sections.map(({ id, name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ content }) => content)}
</main>
</body>
</html>
`.html;
}

interface Section {
  readonly id: string;
  readonly name: string;
  readonly content: Markup;
}

/** In the order in which a person asks: is it good, what is wrong, what was promised, what does it cost, what do others say, what is the verification worth, what is new, show me all. */
function sectionsOf(report: VerificationReport, extra: HtmlExtra): readonly Section[] {
  return [
    { id: 'troubles', name: 'What did not pass', content: troubleSection(report) },
    { id: 'checklist', name: 'Checklist', content: checklistSection(report) },
    { id: 'budgets', name: 'Budgets', content: budgetSection(report) },
    { id: 'grades', name: 'Grades', content: gradesSection(extra.grades) },
    { id: 'proof', name: 'Kill rate', content: proofSection(extra.proof, extra.provenBefore) },
    { id: 'changes', name: 'Changes', content: changesSection(extra.changes) },
    { id: 'times', name: 'Time', content: timeSection(report, extra.artifact?.stageTimes ?? []) },
    { id: 'phases', name: 'All results', content: phasesSection(report) },
    { id: 'facts', name: 'The image', content: factSection(report, extra) },
    { id: 'packages', name: 'Packages', content: packageSection(extra.artifact) },
  ];
}

/** The five numbers that a reader takes away. */
function tilesOf(report: VerificationReport, { artifact, grades, proof }: HtmlExtra): readonly Tile[] {
  const { counts, bootSeconds, checklist, totalSeconds } = report;
  return [
    ['results passed', `${counts.pass} of ${counts.declaredRows}`],
    ...(checklist === undefined ? [] : [['checklist', checklistSentence(checklist).split(',')[0] ?? ''] as const]),
    ...(bootSeconds.firstBoot === 0 ? [] : [['first boot', duration(bootSeconds.firstBoot)] as const]),
    ...(artifact === undefined ? [] : [['disk', size(artifact.sizeBytes)] as const]),
    ...(grades === undefined ? [] : [['grades', gradesSentence(grades).split(',')[0] ?? ''] as const]),
    ...(proof === undefined ? [] : [['kill rate', `${proof.killRate} %`] as const]),
    ...(totalSeconds === undefined ? [] : [['verified in', duration(totalSeconds)] as const]),
  ];
}

function gradeTiles({ grades }: GradeReport): readonly Tile[] {
  return grades.slice(0, 4).map((grade) => [grade.title, gradeValue(grade, grade.score)]);
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

function packageSection(artifact: Artifact | undefined): Markup {
  if (artifact === undefined || artifact.packages.length === 0) return markup``;
  return markup`<section aria-labelledby="packages">
<h2 id="packages">Packages</h2>
<details><summary>${count(artifact.packages.length, 'package')} installed</summary><pre>${artifact.packages.join('\n')}</pre></details>
</section>`;
}
