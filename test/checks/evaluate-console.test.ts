import { describe, expect, test } from 'vitest';
import { evaluateConsole } from '../../scripts/checks/evaluate-console.ts';
import { sampleCheck } from '../support/sample-check.ts';

const row = { declaration: sampleCheck('base.calm', { console: { forbid: 'Oops|segfault' } }), phase: 'console' as const };

describe('evaluateConsole', () => {
  test('passes over lines without the forbidden', () => {
    expect(evaluateConsole(row, { lines: ['booting', 'login:'], leftOut: [] })).toMatchObject({
      outcome: 'pass',
      found: 'none in 2 lines',
      expected: 'no line matching /Oops|segfault/',
    });
  });

  test('fails with the first line that has it', () => {
    expect(evaluateConsole(row, { lines: ['booting', 'nginx[7]: segfault at 0', 'Oops'], leftOut: [] })).toMatchObject({
      outcome: 'fail',
      found: 'nginx[7]: segfault at 0',
    });
  });

  test('an empty log proves nothing', () => {
    expect(evaluateConsole(row, { lines: [], leftOut: [] }).outcome).toBe('unknown');
  });
});
