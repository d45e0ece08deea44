import { describe, expect, test } from 'vitest';
import { evaluate, unknownRow } from '../../scripts/checks/evaluate.ts';
import type { ProbeResult } from '../../scripts/checks/probe-results.ts';
import type { Expectation } from '../../scripts/model/check.ts';
import { sampleCheck } from '../support/sample-check.ts';

const result = (changes: Partial<ProbeResult> = {}): ProbeResult => ({ exitCode: 0, stdout: '', stderr: '', seconds: 0.1, timedOut: false, ...changes });
const LINE = { line: '^kernel: ACPI: ', reason: 'emulated firmware', seen: '2026-11-29' };
const judge = (expect_: Expectation, changes: Partial<ProbeResult> = {}) =>
  evaluate({ declaration: sampleCheck('web.x', { outside: { run: 'x', expect: expect_ } }), phase: 'outside' }, result(changes));

describe('evaluate', () => {
  test.each<[Expectation, Partial<ProbeResult>, 'pass' | 'fail' | 'unknown']>([
    [{ exit: 0 }, {}, 'pass'],
    [{ exit: 0 }, { exitCode: 1 }, 'fail'],
    [{ exit: 255 }, { exitCode: 255, stderr: 'Permission denied' }, 'pass'],
    [{ exit: 127 }, { exitCode: 127, stderr: 'bash: line 1: gcc: command not found' }, 'pass'],
    [{ equals: 'no' }, { stdout: 'no\n' }, 'pass'],
    [{ equals: 'no' }, { stdout: ' no\n' }, 'fail'],
    [{ equals: '' }, { stdout: '\n' }, 'pass'],
    [{ oneOf: ['a', 'b'] }, { stdout: 'b\n' }, 'pass'],
    [{ oneOf: ['a', 'b'] }, { stdout: 'a b\n' }, 'fail'],
    [{ matches: '^two$' }, { stdout: 'one\ntwo\n' }, 'pass'],
    [{ matches: '^two$' }, { stdout: 'twofold\n' }, 'fail'],
    [{ empty: true }, {}, 'pass'],
    [{ empty: true }, { exitCode: 1 }, 'pass'],
    [{ empty: true }, { stdout: 'x' }, 'fail'],
    [{ atLeast: 3 }, { stdout: '3\n' }, 'pass'],
    [{ atLeast: 3 }, { stdout: '2.9\n' }, 'fail'],
    [{ atLeast: 0 }, { stdout: '\n' }, 'fail'],
    [{ atLeast: 3 }, { stdout: '4 files' }, 'fail'],
    [{ atMost: 3 }, { stdout: '3' }, 'pass'],
    [{ atMost: 3 }, { stdout: '' }, 'fail'],
    [{ atMost: 3 }, { stdout: '0x2' }, 'fail'],
    [{ known: [] }, {}, 'pass'],
    [{ known: [] }, { stdout: 'ACPI: missing' }, 'fail'],
    [{ known: [LINE] }, { stdout: 'kernel: ACPI: missing\n\nkernel: ACPI: missing too\n' }, 'pass'],
    [{ known: [LINE] }, { stdout: 'kernel: ACPI: missing\nkernel: oh no\n' }, 'fail'],
    [{ known: [LINE] }, { stdout: 'kernel: ACPI: missing\n', exitCode: 1 }, 'fail'],
  ])('%j over %j is %s', (expectation, changes, outcome) => {
    expect(judge(expectation, changes).outcome).toBe(outcome);
  });

  test.each<[string, Expectation, Partial<ProbeResult>]>([
    ['a time-out', { exit: 124 }, { exitCode: 124, timedOut: true, seconds: 20 }],
    ['a missing program where nothing is expected', { empty: true }, { exitCode: 127, stderr: 'bash: line 1: gnmap: command not found' }],
    ['a missing program in the middle of a pipe', { empty: true }, { exitCode: 1, stderr: 'bash: line 1: gnmap: command not found' }],
    ['a missing program whose failure was turned round', { exit: 0 }, { exitCode: 0, stderr: 'bash: line 1: gnmap: command not found' }],
    ['a misspelt variable', { empty: true }, { exitCode: 1, stderr: 'bash: line 1: FACT_SHH_UNIT: unbound variable' }],
    ['a script that bash cannot read', { empty: true }, { exitCode: 2, stderr: 'bash: -c: line 2: syntax error: unexpected end of file' }],
    ['a search that could not search', { empty: true }, { exitCode: 1, stderr: 'find: ./etc: Structure needs cleaning' }],
    ['a probe that was killed', { empty: true }, { exitCode: 137 }],
    ['a program that may not be run', { empty: true }, { exitCode: 126, stderr: 'Permission denied' }],
  ])('%s has found out nothing', (_what, expectation, changes) => {
    expect(judge(expectation, changes).outcome).toBe('unknown');
  });

  test('of lines, those that nobody knows are shown, each once', () => {
    expect(judge({ known: [LINE] }, { stdout: 'kernel: ACPI: missing\nsshd: lost\nsshd: lost\n' }).found).toBe('sshd: lost');
    expect(judge({ known: [LINE] }, { stdout: 'kernel: ACPI: missing\n' }).found).toBe('1 known lines');
  });

  test('shows what was expected and what was found, in one clean line', () => {
    expect(judge({ equals: 'yes' }, { stdout: 'no\n\u001b[31mreally\u001b[0m\n' })).toEqual({
      check: 'web.x',
      phase: 'outside',
      subject: 'web',
      property: 'title of web.x',
      hint: 'hint of web.x',
      expected: '"yes"',
      found: 'no ⏎ really',
      outcome: 'fail',
      seconds: 0.1,
    });
  });

  test('an exit status comes with the last thing that was said', () => {
    expect(judge({ exit: 0 }, { exitCode: 3, stdout: 'first\nlast\n', stderr: 'noise\n' }).found).toBe('exit 3: last');
    expect(judge({ exit: 0 }, { exitCode: 3, stderr: 'why\n' }).found).toBe('exit 3: why');
    expect(judge({ exit: 0 }).found).toBe('exit 0');
  });
});

test('a row that was not reached is unknown and says why', () => {
  const row = unknownRow({ declaration: sampleCheck('web.x', { console: { forbid: 'Oops' } }), phase: 'console' }, 'not reached: the kernel panicked');
  expect(row).toMatchObject({ outcome: 'unknown', expected: 'no line matching /Oops/', found: 'not reached: the kernel panicked' });
});
