import type { BakeOutcome } from '../model/bake-outcome.ts';
import { checklistSentence } from './checklist.ts';
import { launchLine } from './launch-line.ts';
import { plainLine } from './plain-text.ts';
import { duration, size } from './quantities.ts';
import { table } from './table.ts';
import { verdictSentence } from './verdict.ts';

/** The end of every bake: reference, size, time per stage, checks passed, and the command that launches it; `store` as the caller named it. */
export function bakeSummary(outcome: BakeOutcome, store?: string): string {
  const { artifact, release, report, reference, stageTimes, totalSeconds } = outcome;
  const disk = artifact ?? release?.disk;
  const facts = [
    ...(disk === undefined
      ? []
      : [
          ['size', `${size(disk.sizeBytes)} (${size(disk.virtualSizeBytes)} virtual, ${disk.compression})`],
          ['disk', `sha256:${disk.sha256}`],
        ]),
    ...(report === null ? [] : [['checks', verdictSentence(report)]]),
    ...(report?.checklist === undefined ? [] : [['checklist', checklistSentence(report.checklist)]]),
    ...(stageTimes.length === 0 ? [] : [['time', duration(totalSeconds ?? stageTimes.reduce((sum, { seconds }) => sum + seconds, 0))]]),
  ];
  const blocks = [
    [headline(outcome)],
    layerLines(outcome),
    table(stageTimes.map(({ name, seconds }) => [name, duration(seconds).padStart(10)])),
    table(facts),
    reference === null || outcome.takenBack !== undefined ? [] : [launchLine(reference, store)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline({ status, reference, release, imageId, takenBack }: BakeOutcome): string {
  const name = reference ?? imageId;
  if (takenBack !== undefined) return `${isPlanned(status) ? 'A bake would have nothing' : 'Nothing'} to do: ${takenBackSentence(name, takenBack)}`;
  if (release !== null && isPlanned(status)) return `A bake would have nothing to do: nothing that goes into ${name} has changed`;
  if (status === 'published') return `Published ${name}`;
  if (status === 'nothing-to-do') return `Nothing to do: nothing that goes into ${name} has changed`;
  if (status === 'baked') return `Baked ${name}; not published`;
  return status === 'explained' ? `What a bake of ${name} would do, and why:` : `Dry run of ${name}: nothing was baked`;
}

function takenBackSentence(name: string, reason: string): string {
  return `${name} was taken back (${plainLine(reason)}), and nothing that goes into it has changed: only --fresh makes it again`;
}

/** A layer a line; reasons below it, because --explain is read to be believed. */
function layerLines({ layers, status }: BakeOutcome): readonly string[] {
  const planned = isPlanned(status);
  const words = { cached: 'kept', released: 'as released', fetched: planned ? 'to fetch' : 'fetched', baked: planned ? 'to bake' : 'baked' };
  const rows = table(layers.map(({ name, key, action }) => [name, words[action], key.slice(0, 12)]));
  return layers.flatMap(({ why }, index) => [rows[index] ?? '', ...why.map((line) => `      ${plainLine(line)}`)]);
}

function isPlanned(status: BakeOutcome['status']): boolean {
  return status === 'explained' || status === 'dry-run';
}
