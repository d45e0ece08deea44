import { expect, test } from 'vitest';
import { layerStack } from '../../scripts/plan/layer-stack.ts';
import { stackChains } from '../../scripts/plan/stack-chains.ts';
import { samplePlan } from '../support/sample-bake.ts';

test('two chains, each from a whole disk upwards, each disk on the one before it', () => {
  const plan = samplePlan();
  const stack = layerStack(plan);
  const { upper, lower } = stackChains(plan, stack, 'testian-1');
  expect(upper.map(({ name }) => name)).toEqual(['compact', 'configure', 'sealed']);
  expect(lower.map(({ name }) => name)).toEqual(['base', 'packages', 'app']);
  for (const chain of [upper, lower]) expect(chain.map(({ parentKey }) => parentKey)).toEqual([null, ...chain.slice(0, -1).map(({ key }) => key)]);
  expect(upper[0]).toMatchObject({ key: stack.flatKey, imageId: plan.imageId, keyFields: { parent: plan.layers[1]?.key } });
});

test('a base is its distro’s, the layers are the image’s', () => {
  const plan = samplePlan();
  const { lower } = stackChains(plan, layerStack(plan), 'testian-1');
  expect(lower.map(({ imageId }) => imageId)).toEqual(['testian-1', plan.imageId, plan.imageId]);
  expect(lower.map(({ keyFields }) => keyFields)).toEqual([plan.base.keyFields, plan.layers[0]?.keyFields, plan.layers[1]?.keyFields]);
});
