import type { CheckRow, Expectation, KnownLine, Outcome } from '../model/check.ts';
import { cleanText } from './console-lines.ts';
import { probeOf, type DeclaredRow } from './declared-rows.ts';
import { expectedText } from './expected-text.ts';
import type { ProbeResult } from './probe-results.ts';

const LONGEST_FOUND = 300;

/** Judges one probe, here on the host: a guest that lies about its own health gets no say in what is expected. */
export function evaluate(declared: DeclaredRow, result: ProbeResult): CheckRow {
  const expectation = probeOf(declared)?.expect ?? { exit: 0 };
  const { outcome, found } = judge(expectation, result);
  const seconds = Math.round(result.seconds * 100) / 100;
  return { ...rowOf(declared), expected: expectedText(expectation), found: cleanText(found.replaceAll('\n', ' ⏎ '), LONGEST_FOUND), outcome, seconds };
}

/** A row whose probe never ran: accounted for, and never a pass. */
export function unknownRow(declared: DeclaredRow, reason: string): CheckRow {
  const { console } = declared.declaration;
  const expected = declared.phase === 'console' ? `no line matching /${console?.forbid ?? ''}/` : expectedText(probeOf(declared)?.expect ?? { exit: 0 });
  return { ...rowOf(declared), expected, found: cleanText(reason, LONGEST_FOUND), outcome: 'unknown' };
}

/** The columns of a row that come from its declaration. */
export function rowOf({ declaration, phase }: DeclaredRow): Pick<CheckRow, 'check' | 'phase' | 'subject' | 'property' | 'hint'> {
  return { check: declaration.id, phase, subject: declaration.component, property: declaration.title, hint: declaration.hint };
}

function judge(expectation: Expectation, result: ProbeResult): { readonly outcome: Outcome; readonly found: string } {
  const broken = didNotRun(expectation, result);
  if (broken !== undefined) return { outcome: 'unknown', found: broken };
  const text = result.stdout.replace(/\n+$/, '');
  if ('exit' in expectation) return { outcome: result.exitCode === expectation.exit ? 'pass' : 'fail', found: exitText(result) };
  if ('known' in expectation) return judgeLines(expectation.known, result);
  return { outcome: holds(expectation, text) ? 'pass' : 'fail', found: text === '' ? 'nothing' : text };
}

/**
 * A probe that timed out or named a program that is not there has found out nothing, whatever it printed; nor has one that failed with a complaint where printing
 * nothing is what is wanted. A search that finds nothing fails, too, and does not complain.
 */
function didNotRun(expectation: Expectation, { exitCode, stdout, stderr, timedOut, seconds }: ProbeResult): string | undefined {
  if (timedOut) return `the probe did not end within ${Math.round(seconds)} s`;
  const wantedExit = 'exit' in expectation ? expectation.exit : undefined;
  if (exitCode === wantedExit && exitCode >= 126) return undefined;
  const complaint = stderr.split('\n').find((line) => /: (?:command not found|unbound variable|syntax error)/.test(line));
  if (complaint !== undefined) return `the probe could not run: ${complaint}`;
  if ('empty' in expectation && exitCode !== 0 && stdout.trim() === '' && stderr.trim() !== '')
    return `the probe could not run: exit ${exitCode}: ${lastLine(stderr)}`;
  // 129 to 192 are signals; what lies above, such as ssh's 255, is a program's own answer.
  return exitCode === 126 || exitCode === 127 || (exitCode > 128 && exitCode <= 192)
    ? `the probe could not run: exit ${exitCode}: ${lastLine(stderr)}`
    : undefined;
}

/** Lines that nobody has looked at come first in what is shown. A probe that ended badly may have lost lines. */
function judgeLines(known: readonly KnownLine[], result: ProbeResult): { readonly outcome: Outcome; readonly found: string } {
  if (result.exitCode !== 0) return { outcome: 'fail', found: exitText(result) };
  const lines = result.stdout.split('\n').filter((line) => line.trim() !== '');
  const strange = lines.filter((line) => !known.some((entry) => new RegExp(entry.line).test(line)));
  if (strange.length === 0) return { outcome: 'pass', found: lines.length === 0 ? 'nothing' : `${lines.length} known lines` };
  return { outcome: 'fail', found: [...new Set(strange)].join('\n') };
}

function holds(expectation: Exclude<Expectation, { readonly exit: number } | { readonly known: readonly KnownLine[] }>, text: string): boolean {
  if ('equals' in expectation) return text === expectation.equals;
  if ('oneOf' in expectation) return expectation.oneOf.includes(text);
  if ('matches' in expectation) return new RegExp(expectation.matches, 'm').test(text);
  if ('empty' in expectation) return text === '';
  const number = /^\s*-?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : Number.NaN;
  return 'atLeast' in expectation ? number >= expectation.atLeast : number <= expectation.atMost;
}

function exitText({ exitCode, stdout, stderr }: ProbeResult): string {
  const last = lastLine(stdout) || lastLine(stderr);
  return last === '' ? `exit ${exitCode}` : `exit ${exitCode}: ${last}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
