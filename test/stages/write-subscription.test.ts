import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSubscription } from '../../scripts/stages/write-subscription.ts';
import { fakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const env = { INGOT_SUBSCRIPTION_ORG: '12345', INGOT_SUBSCRIPTION_KEY: 's3cret' };
const spec = sampleSpec({ distro: sampleDistro({ facts: { subscriptionRepositories: 'a-rpms b-rpms' } }) });

test('only the layer that installs packages gets it, for root alone', async () => {
  const host = fakeHost([], { env });
  const dir = join(host.dir, 'bake');
  await writeSubscription(host, { spec, layer: { name: 'configure' }, dir });
  expect(existsSync(dir)).toBe(false);
  await writeSubscription(host, { spec, layer: { name: 'packages' }, dir });
  expect(readFileSync(join(dir, 'subscription'), 'utf8')).toBe('12345\ns3cret\n');
  expect(statSync(join(dir, 'subscription')).mode & 0o777).toBe(0o600);
});

test('a distro that needs none gets nothing', async () => {
  const host = fakeHost([], { env });
  await writeSubscription(host, { spec: sampleSpec(), layer: { name: 'packages' }, dir: join(host.dir, 'bake') });
  expect(existsSync(join(host.dir, 'bake'))).toBe(false);
});

test('nothing of it is in the plan: another customer’s bake has the same keys', () => {
  expect(JSON.stringify(samplePlan(spec))).not.toMatch(/12345|s3cret/);
});
