import type { Proof, SabotageOutcome, SabotageRow } from '../model/proof.ts';
import { plainText } from './plain-text.ts';
import { count, duration } from './quantities.ts';
import { table } from './table.ts';

const WORDS: Readonly<Record<Exclude<SabotageOutcome, 'killed'>, string>> = {
  survived: 'SURVIVED',
  'not-green': 'NOT GREEN',
  'not-run': 'NO ANSWER',
  muted: 'MUTED',
};

/** A proof for a person at a terminal: every check that was not shown to fail, with what it found, then the numbers. */
export function proofText(proof: Proof): string {
  const { rows, counts, killRate, verdict, imageId, totalSeconds } = proof;
  const unproven = rows.flatMap(unprovenLines);
  return [
    ...unproven,
    ...(unproven.length > 0 ? [''] : []),
    ...componentTable(rows),
    '',
    `Broken in ${duration(totalSeconds)} (${proof.accelerator === 'none' ? 'no boot' : proof.accelerator}); a saboteur took ${duration(median(rows))} in the middle`,
    `${imageId}: ${verdict === 'pass' ? 'PASS' : 'FAIL'}, kill rate ${killRate} %: ${counts.killed} of ${count(counts.saboteurs, 'saboteur')} were noticed${others(proof)}`,
    '',
  ].join('\n');
}

function unprovenLines({ check, property, outcome, saboteur, expected, found, complaint, muted }: SabotageRow): readonly string[] {
  if (outcome === 'killed') return [];
  return [
    `${WORDS[outcome]}  ${check}: ${plainText(property)}`,
    ...(muted === undefined ? [] : [`      muted until ${muted.until}: ${plainText(muted.reason)} (${plainText(muted.see)})`]),
    `      saboteur: ${saboteur.where}: ${plainText(saboteur.run)}`,
    ...(complaint === undefined ? [] : [`      it said:  ${plainText(complaint)}`]),
    `      expected: ${plainText(expected)}`,
    `      found:    ${plainText(found)}`,
  ];
}

function componentTable(rows: readonly SabotageRow[]): readonly string[] {
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const lines = subjects.map((subject) => {
    const own = rows.filter((row) => row.subject === subject);
    const noticed = own.filter(({ outcome }) => outcome === 'killed').length;
    return [subject, String(own.length).padStart(4), String(noticed).padStart(4)];
  });
  return table([['component', 'saboteurs', 'noticed'], ...lines]);
}

function others({ counts: { survived, notGreen, notRun, muted }, partial }: Proof): string {
  return [
    survived > 0 ? `, ${survived} survived` : '',
    notGreen > 0 ? `, ${notGreen} could not be judged: the check fails on the good disk` : '',
    notRun > 0 ? `, ${notRun} gave no answer` : '',
    muted > 0 ? `, ${muted} muted: the check is known to fail here` : '',
    partial ? '; only a part of the saboteurs was asked for' : '',
  ].join('');
}

function median(rows: readonly SabotageRow[]): number {
  const sorted = rows.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
