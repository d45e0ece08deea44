import { describe, expect, test } from 'vitest';
import { didYouMean, nearest } from '../../scripts/config/nearest.ts';

describe('nearest', () => {
  test.each([
    ['familly', ['family', 'facts'], 'family'],
    ['Family', ['family'], 'family'],
    ['fmaily', ['family'], 'family'],
    ['ubuntu-2204', ['ubuntu-22.04', 'debian-12'], 'ubuntu-22.04'],
    ['debian-13', ['debian-11x', 'debian-12'], 'debian-12'],
    ['ba', ['ab'], 'ab'],
    ['x', ['family'], undefined],
    ['', ['ab'], undefined],
    ['ab', ['cd'], undefined],
    ['anything', [], undefined],
  ])('%j among %j is %j', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});

test('the remedy names the nearest and the list', () => {
  expect(didYouMean('wep', ['app', 'web'])).toBe('did you mean "web"? (known: app, web)');
  expect(didYouMean('zzzzz', ['app', 'web'])).toBe('known: app, web');
  expect(didYouMean('web', [])).toBe('there are none');
});
