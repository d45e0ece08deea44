import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../scripts/plan/dsse.ts';
import { provenance } from '../../scripts/plan/provenance.ts';
import { changedInputs, changedLayers, recipeOf, type Recipe } from '../../scripts/plan/rebuild-inputs.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

const artifact = artifactOf(fakeHost().dir, 'disk');
const plan = samplePlan();
const statement = provenance({
  release: releaseOf(artifact, '2026.11.22-1'),
  report: reportOf(artifact),
  spec: sampleSpec(),
  inputs: {
    ...{ kind: 'BakeInputs', schemaVersion: 1, plan, source: { commit: 'c0ffee', modified: false }, tools: [], indexDigests: {} },
    ...{ keyrings: ['a', 'b'].map((sha256) => ({ path: `/${sha256}.gpg`, sha256 })), startedAt: '2026-11-22T00:00:00.000Z' },
  },
  byproducts: {},
});

function recipe(): Recipe {
  const read = recipeOf(payloadOf(statement));
  if (read === undefined) throw new Error('our own provenance is not understood');
  return read;
}

describe('recipeOf', () => {
  test('reads what our own provenance says', () => {
    expect(recipe()).toMatchObject({ driver: plan.driver, compression: plan.output.compression, layers: plan.layers.map(({ name, key }) => ({ name, key })) });
  });

  test('what comes under one name several times is known by all of it', () => {
    expect(recipe().dependencies.get('repository keys')).toBe('a b');
  });

  const untold = (buildType: string): string =>
    JSON.stringify({ predicate: { buildDefinition: { buildType, internalParameters: {}, resolvedDependencies: [] } } });

  test.each(['', '{}', 'null', untold('https://example.com/other'), untold('urn:ingot:bake:v1')])('%j is none', (text) => {
    expect(recipeOf(text)).toBeUndefined();
  });
});

test('layers whose keys are others now, or that are gone, are changes', () => {
  const same = plan.layers.map(({ name, key }) => ({ name, key, action: 'baked', why: [] }) as const);
  expect(changedLayers(recipe(), same)).toEqual([]);
  const [first] = plan.layers;
  expect(changedLayers(recipe(), [])).toHaveLength(plan.layers.length);
  expect(changedLayers(recipe(), [...same.slice(1), { name: first?.name ?? 'base', key: 'other', action: 'baked', why: [] }])).toEqual([
    { name: `layer ${first?.name}`, released: first?.key, now: 'other' },
  ]);
});

test('inputs that are others now are changes; another commit alone is none', () => {
  const before = {
    ...recipe(),
    dependencies: new Map([
      ['source', 'one'],
      ['base', 'b'],
      ['package index main', 'i'],
    ]),
  };
  const today = [
    { name: 'source', digest: { gitCommit: 'two' } },
    { name: 'base', digest: { sha256: 'b' } },
    { name: 'package index extra', digest: { sha256: 'e' } },
  ];
  expect(changedInputs(before, today)).toEqual([
    { name: 'package index main', released: 'i', now: 'absent' },
    { name: 'package index extra', released: 'absent', now: 'e' },
  ]);
});
