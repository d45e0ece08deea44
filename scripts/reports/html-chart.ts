import type { StageTime } from '../model/artifact.ts';
import type { BootChart } from '../model/boot-chart.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { markup, type Markup } from './markup.ts';
import { duration } from './quantities.ts';

/** One thing that took a time: a bar for the eye, a row of a table for everybody else. */
interface Bar {
  readonly name: string;
  readonly startSeconds: number;
  readonly seconds: number;
}

/** The verification on a time line, and what the guest did while it came up. */
export function timeSection(report: VerificationReport, baked: readonly StageTime[]): Markup {
  const stages = report.stageTimes.map(barOf);
  if (stages.length + baked.length === 0) return markup``;
  return markup`<section aria-labelledby="times">
<h2 id="times">Time</h2>
${chart('Verification: each stage from its beginning', stages)}${bootChart('Boot: the longest units of the first', report.bootCharts?.firstBoot)}${bootChart('Boot: the longest units after the reboot', report.bootCharts?.reboot)}${baked.length === 0 ? '' : folded('How it was baked', chart('Bake: stages in the order in which they ended', baked.map(barOf)))}</section>`;
}

function bootChart(caption: string, boot: BootChart | undefined): Markup {
  if (boot === undefined) return markup``;
  const manager = { name: 'kernel and initial file system', startSeconds: 0, seconds: boot.userspaceSeconds };
  const lasted = duration(boot.finishedSeconds);
  return folded(`${caption}, of ${lasted} in all`, chart(`${caption}, from the start of the kernel`, [manager, ...boot.units]));
}

function folded(summary: string, content: Markup): Markup {
  return markup`<details><summary>${summary}</summary>
${content}</details>
`;
}

function chart(caption: string, bars: readonly Bar[]): Markup {
  if (bars.length === 0) return markup``;
  const end = Math.max(...bars.map(({ startSeconds, seconds }) => startSeconds + seconds), 0.001);
  return markup`<table class="chart">
<caption>${caption}</caption>
<thead><tr><th scope="col">what</th><th scope="col">time line</th><th scope="col" class="number wide">began at</th><th scope="col" class="number">took</th></tr></thead>
<tbody>
${bars.map((bar) => row(bar, end))}</tbody>
</table>
`;
}

function row({ name, startSeconds, seconds }: Bar, end: number): Markup {
  const [from, width] = [percent(startSeconds / end), percent(seconds / end)];
  return markup`<tr><th scope="row">${name}</th><td class="track"><span class="bar" style="margin-left:${from};width:${width}"></span></td><td class="number wide">${duration(startSeconds)}</td><td class="number">${duration(seconds)}</td></tr>
`;
}

/** Stages of earlier days did not say when they began: they stand one behind the other then. */
function barOf({ name, seconds, startedSeconds }: StageTime, at: number, all: readonly StageTime[]): Bar {
  return { name, seconds, startSeconds: startedSeconds ?? all.slice(0, at).reduce((sum, stage) => sum + stage.seconds, 0) };
}

function percent(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
}
