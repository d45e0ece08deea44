import type { CheckRow, Outcome } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { checklistLines } from './checklist.ts';
import { plainText } from './plain-text.ts';
import { duration } from './quantities.ts';
import { table } from './table.ts';
import { generalTroubles, rowsOf, troubles, verdictSentence } from './verdict.ts';

const WORDS: Readonly<Record<Outcome, string>> = { pass: 'pass', fail: 'FAIL', skip: 'SKIP', unknown: 'UNKNOWN' };

/** A verification for a person at a terminal: what went wrong first, then how much was looked at, then the checklist with its evidence, then the verdict. */
export function human(report: VerificationReport): string {
  const general = generalTroubles(report).map((line) => `${WORDS.fail}  ${plainText(line)}`);
  const failed = troubles(report).flatMap(troubleLines);
  return [
    ...general,
    ...failed,
    ...(general.length + failed.length > 0 ? [''] : []),
    ...phaseTable(report),
    '',
    `Booted in ${duration(report.bootSeconds.firstBoot)}, again in ${duration(report.bootSeconds.reboot)} (${report.accelerator}, deadlines × ${report.slowness.toFixed(1)})`,
    ...budgetTable(report),
    `Disk sha256:${report.digestBefore}`,
    ...(report.failureKit === undefined ? [] : [`Evidence: ${report.failureKit}`]),
    ...(report.checklist === undefined ? [] : ['', ...checklistLines(report.checklist), '']),
    `${report.imageId}: ${report.verdict === 'pass' ? 'PASS' : 'FAIL'}, ${verdictSentence(report)}`,
    '',
  ].join('\n');
}

function troubleLines({ check, phase, property, expected, found, hint, outcome }: CheckRow): readonly string[] {
  return [`${WORDS[outcome]}  ${check} (${phase}): ${plainText(property)}`, ...field('expected', expected), ...field('found', found), ...field('hint', hint)];
}

/** One named value; its further lines stand below its first. */
function field(name: string, text: string): readonly string[] {
  const [first = '', ...others] = plainText(text).split('\n');
  return [`      ${`${name}:`.padEnd(9)} ${first}`.trimEnd(), ...others.map((line) => `                ${line}`.trimEnd())];
}

/** The limits that were not kept stand above with the troubles; here are all of them. */
function budgetTable({ budgets = [] }: VerificationReport): readonly string[] {
  if (budgets.length === 0) return [];
  const value = (number: number | null, unit: string): string => (number === null ? '-' : `${number} ${unit}`.trim());
  const words = { pass: 'kept', fail: 'EXCEEDED', unknown: 'NOT MEASURED' };
  const rows = budgets.map(({ title, measured, limit, unit, outcome }) => [title, value(measured, unit), value(limit, unit), words[outcome]]);
  return table([['budget', 'measured', 'most', ''], ...rows]);
}

function phaseTable(report: VerificationReport): readonly string[] {
  const counts = report.phases.map((phase) => {
    const rows = rowsOf(report, phase);
    const many = (outcome: Outcome): string => String(rows.filter((row) => row.outcome === outcome).length).padStart(4);
    return [phase, many('pass'), many('fail'), many('unknown'), many('skip')];
  });
  return table([['phase', 'pass', 'fail', 'unknown', 'skipped'], ...counts]);
}
