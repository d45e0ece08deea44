import { describe, expect, test } from 'vitest';
import { HELP, parseBenchOptions } from '../../../scripts/dev/bench/options.ts';
import { TARGETS } from '../../../scripts/dev/bench/line.ts';

test('without words everything that is not slow is measured once', () => {
  expect(parseBenchOptions([])).toEqual({ runs: 1, only: Object.keys(TARGETS), slow: false, boot: false, json: false, keep: false, help: false });
});

test('lines are measured in the order of the table, whatever the order asked for', () => {
  expect(parseBenchOptions(['--only', 'generate, cold', '--runs', '3'])).toMatchObject({ only: ['cold', 'generate'], runs: 3 });
});

describe('what is not an option is refused', () => {
  test.each([
    { words: ['--runs', '0'], says: '--runs 0' },
    { words: ['--runs', 'many'], says: '--runs many' },
    { words: ['--only', 'cold,cald'], says: 'cald' },
    { words: ['--quick'], says: '--quick' },
    { words: ['cold'], says: 'cold' },
  ])('$words', ({ words, says }) => {
    expect(() => parseBenchOptions(words)).toThrow(expect.objectContaining({ code: 'USAGE', what: expect.stringContaining(says) }));
  });
});

test('the help names every line', () => {
  for (const id of Object.keys(TARGETS)) expect(HELP).toContain(id);
});
