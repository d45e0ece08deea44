import { describe, expect, test } from 'vitest';
import { allNear, didYouMean, nearest } from '../../scripts/errors/nearest.ts';

describe('nearest', () => {
  test.each([
    ['familly', ['family', 'facts'], 'family'],
    ['Family', ['family'], 'family'],
    ['fmaily', ['family'], 'family'],
    ['ubuntu-2204', ['ubuntu-22.04', 'debian-12'], 'ubuntu-22.04'],
    ['debian-13', ['debian-11x', 'debian-12'], 'debian-12'],
    ['ba', ['ab'], 'ab'],
    ['key', ['name', 'ssh-key'], 'ssh-key'],
    ['web', ['webs', 'web'], 'web'],
    ['le', ['example'], undefined],
    ['x'.repeat(100_000), ['family'], undefined],
    ['x', ['family'], undefined],
    ['', ['ab'], undefined],
    ['ab', ['cd'], undefined],
    ['anything', [], undefined],
  ])('%j among %j is %j', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});

test('all that are near, the nearest first, each once and no more than asked for', () => {
  const known = ['box-web-tin-1', 'box-web-tin-1', 'box-web-tin-2', 'box-app-tin-1', 'other'];
  expect(allNear('box-wep-tin-2', known)).toEqual(['box-web-tin-2', 'box-web-tin-1', 'box-app-tin-1']);
  expect(allNear('web', known, 1)).toEqual(['box-web-tin-1']);
  expect(allNear('zzz', known)).toEqual([]);
});

test('the remedy names the nearest and the list', () => {
  expect(didYouMean('wep', ['app', 'web'])).toBe('did you mean "web"? (known: app, web)');
  expect(didYouMean('zzzzz', ['app', 'web'])).toBe('known: app, web');
  expect(didYouMean('web', [])).toBe('there are none');
});
