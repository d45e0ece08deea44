import { expect, test } from 'vitest';
import { expectedText } from '../../scripts/checks/expected-text.ts';
import type { Expectation } from '../../scripts/model/check.ts';

test.each<[Expectation, string]>([
  [{ exit: 1 }, 'exit 1'],
  [{ equals: 'a "b"' }, '"a \\"b\\""'],
  [{ oneOf: ['a', 'b'] }, 'one of "a", "b"'],
  [{ matches: '^x' }, 'matches /^x/'],
  [{ empty: true }, 'nothing'],
  [{ atLeast: 2 }, 'at least 2'],
  [{ atMost: 2 }, 'at most 2'],
  [{ known: [{ line: 'x', reason: 'r', seen: '2026-11-29' }] }, 'no line but 1 known ones'],
])('%j reads as %s', (expectation, text) => {
  expect(expectedText(expectation)).toBe(text);
});
