import { describe, expect, test } from 'vitest';
import type { BuildPlan } from '../../scripts/model/build-plan.ts';
import { isCleared, layerStack } from '../../scripts/plan/layer-stack.ts';
import { samplePlan } from '../support/sample-bake.ts';

const names = (layers: readonly { readonly name: string }[]): readonly string[] => layers.map(({ name }) => name);

function without(...absent: readonly string[]): BuildPlan {
  const plan = samplePlan();
  return { ...plan, layers: plan.layers.filter(({ name }) => !absent.includes(name)) };
}

describe('layerStack', () => {
  test('compacts packages and app, and lays the configuration on top', () => {
    const plan = samplePlan();
    const { lower, upper, compacted } = layerStack(plan);
    expect([names(lower), names(upper)]).toEqual([
      ['packages', 'app'],
      ['configure', 'sealed'],
    ]);
    expect(compacted).toEqual({ name: 'app', key: plan.layers[1]?.key });
  });

  test('compacts what there is: without an app the packages, without both the base', () => {
    expect(layerStack(without('app')).compacted.name).toBe('packages');
    const bare = without('app', 'packages');
    expect(layerStack(bare)).toMatchObject({ lower: [], compacted: { name: 'base', key: bare.base.key } });
  });

  test('gives the compacted disk a key of its own, which follows what it is made of and how', () => {
    const plan = samplePlan();
    const { flatKey } = layerStack(plan);
    expect(flatKey).toMatch(/^[0-9a-f]{64}$/);
    expect([plan.base.key, ...plan.layers.map(({ key }) => key)]).not.toContain(flatKey);
    expect(layerStack({ ...plan, output: { ...plan.output, compression: 'zlib' } }).flatKey).not.toBe(flatKey);
    expect(layerStack(without('app')).flatKey).not.toBe(flatKey);
    expect(layerStack({ ...plan, driver: 'vm' }).flatKey).toBe(flatKey);
  });

  test('keeps the key of the compacted disk when only the configuration changes', () => {
    const plan = samplePlan();
    const changed = { ...plan, layers: plan.layers.map((layer) => (layer.name === 'configure' ? { ...layer, key: 'f'.repeat(64) } : layer)) };
    expect(layerStack(changed).flatKey).toBe(layerStack(plan).flatKey);
  });
});

describe('isCleared', () => {
  const cleared = (plan: BuildPlan): readonly string[] => names(plan.layers.filter((layer) => isCleared(plan, layer)));

  test('is true of what is compressed and of what ships', () => {
    expect(cleared(samplePlan())).toEqual(['app', 'sealed']);
    expect(cleared(without('app'))).toEqual(['packages', 'sealed']);
    expect(cleared(without('app', 'packages'))).toEqual(['sealed']);
  });
});
