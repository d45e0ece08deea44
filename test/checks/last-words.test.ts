import { describe, expect, test } from 'vitest';
import { lastWords, notLookedInto } from '../../scripts/checks/last-words.ts';

describe('lastWords', () => {
  test.each([
    ['its last lines, without empty ones', { exitCode: 73, stderr: 'a\n\nb \nc\n' }, ['b', 'c']],
    ['how it ended, when it said nothing', { exitCode: 71, stderr: '\n' }, ['it ended with status 71 and said nothing']],
    ['that its time was over, with what it said before', { exitCode: undefined, stderr: 'a\nb\n' }, ['b', 'it did not end in time']],
    ['that its time was over', { exitCode: undefined, stderr: '' }, ['it did not end in time']],
  ])('%s', (_what, ended, words) => {
    expect(lastWords(ended, 2)).toEqual(words);
  });
});

test('a row has the last three lines, on one', () => {
  expect(notLookedInto(['a', 'b', 'c', 'd'])).toBe('the disk could not be looked into: b | c | d');
});
