import type { CheckRow } from '../model/check.ts';
import { cleanText } from './console-lines.ts';
import type { ConsoleRecord } from './console-record.ts';
import { rowOf, unknownRow } from './evaluate.ts';
import type { DeclaredRow } from './declared-rows.ts';

const LONGEST_FOUND = 300;
const LONGEST_LEAD = 100;

/** Judges one rule over everything that the guest wrote to its serial line. No line at all proves nothing. */
export function evaluateConsole(declared: DeclaredRow, { lines, leftOut }: ConsoleRecord): CheckRow {
  const { console } = declared.declaration;
  if (console === undefined) return unknownRow(declared, 'the check has no rule over the console');
  if (lines.length === 0) return unknownRow(declared, 'the guest wrote nothing to its console');
  const forbidden = new RegExp(console.forbid);
  const hit = lines.find((line) => forbidden.test(line));
  return {
    ...rowOf(declared),
    expected: `no line matching /${console.forbid}/`,
    found: hit === undefined ? `none in ${lines.length} lines${asideFrom(leftOut, forbidden)}` : shownHit(hit, forbidden),
    outcome: hit === undefined ? 'pass' : 'fail',
  };
}

/** Said where the rule would have failed with them, so that nobody takes a slow run for a calm one. */
function asideFrom(leftOut: readonly string[], forbidden: RegExp): string {
  const count = leftOut.filter((words) => forbidden.test(words)).length;
  return count === 0 ? '' : `, aside from ${count} of the kernel's reports that an emulated processor stood still: QEMU or its host was late`;
}

/** The line from a little before what is forbidden: it may come late in one that has no end. */
function shownHit(line: string, forbidden: RegExp): string {
  const at = line.search(forbidden);
  return cleanText(at <= LONGEST_LEAD ? line : `…${line.slice(at - LONGEST_LEAD)}`, LONGEST_FOUND);
}
