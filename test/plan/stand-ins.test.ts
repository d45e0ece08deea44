import { describe, expect, test } from 'vitest';
import type { RehearsalCatalogue } from '../../scripts/model/rehearsal.ts';
import { standInPlaces, systemOf } from '../../scripts/plan/stand-ins.ts';
import { sampleDistro } from '../support/sample-spec.ts';

const CATALOGUE: RehearsalCatalogue = {
  places: { testian: ['{codename}', '{codename}-updates'], vendor: ['stable'], elsewhere: ['x'] },
  keys: {},
  packages: {
    nginx: { from: { own: { any: '1.18' } }, units: ['nginx.service'] },
    node: { from: { own: { 'debian 1': '12' }, vendor: { any: '18' } } },
    newer: { from: { own: { 'debian 2': '1' } } },
    meta: { from: { own: { any: '14+1' } }, depends: 'meta-{major}' },
  },
};
const places = standInPlaces(sampleDistro(), CATALOGUE);

describe('what a rehearsal can install', () => {
  test('is at the places where the vendor has it, as far as the distro asks for them', () => {
    expect(places.map(({ mirror, suite }) => `${mirror} ${suite}`)).toEqual(['testian first', 'testian first-updates', 'vendor stable']);
  });

  test('is what the vendor has for this system, in its version, with its content', () => {
    expect(places[0]?.packages).toEqual([
      { name: 'nginx', version: '1.18', units: ['nginx.service'] },
      { name: 'node', version: '12' },
      { name: 'meta', version: '14+1', depends: 'meta-14' },
    ]);
    expect(places[1]?.packages).toEqual([]);
    expect(places[2]?.packages).toEqual([{ name: 'node', version: '18' }]);
  });

  test('has streams and the versions that a stream hides', () => {
    const el = sampleDistro({ family: 'el', version: '8.10', os: { id: 'rocky' } });
    const node = { from: { own: { 'el 8': '18' } }, modules: { 'el 8': 'node:18' }, also: { 'el 8': { 'node:10': '10', '': '9' } } };
    const [place] = standInPlaces(el, { ...CATALOGUE, streams: { 'el 8': ['node:20'] }, packages: { node } });
    expect(place?.streams).toEqual(['node:20']);
    expect(place?.packages).toEqual([
      { name: 'node', version: '18', module: 'node:18' },
      { name: 'node', version: '10', module: 'node:10' },
      { name: 'node', version: '9' },
    ]);
  });
});

test('systems that have the same packages have the same name', () => {
  expect(systemOf(sampleDistro({ family: 'el', version: '8.10' }))).toBe('el 8');
  expect(systemOf(sampleDistro({ os: { id: 'ubuntu' }, version: '22.04' }))).toBe('ubuntu 22.04');
});
