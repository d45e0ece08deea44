import { describe, expect, test } from 'vitest';
import { refuseWithoutSubscription, subscriptionOf } from '../../scripts/plan/subscription.ts';
import { sampleDistro } from '../support/sample-spec.ts';

const needy = { distro: sampleDistro({ facts: { subscriptionRepositories: 'a-rpms' } }) };

describe('subscriptionOf', () => {
  test('a distro that needs none has none, whatever the environment holds', () => {
    expect(subscriptionOf({ distro: sampleDistro() }, { INGOT_SUBSCRIPTION_ORG: '1', INGOT_SUBSCRIPTION_KEY: 'k' })).toBeUndefined();
  });

  test('is what the environment holds', () => {
    expect(subscriptionOf(needy, { INGOT_SUBSCRIPTION_ORG: '12345', INGOT_SUBSCRIPTION_KEY: 'a key' })).toEqual({
      organization: '12345',
      activationKey: 'a key',
    });
  });

  test.each<Readonly<Record<string, string>>>([
    {},
    { INGOT_SUBSCRIPTION_ORG: '1' },
    { INGOT_SUBSCRIPTION_KEY: 'k' },
    { INGOT_SUBSCRIPTION_ORG: '', INGOT_SUBSCRIPTION_KEY: 'k' },
    { INGOT_SUBSCRIPTION_ORG: '1', INGOT_SUBSCRIPTION_KEY: 'two\nlines' },
  ])('%j is refused, without repeating it', (env) => {
    expect(() => refuseWithoutSubscription(needy, env)).toThrow(
      expect.objectContaining({ code: 'HOST_NOT_READY', fix: expect.stringContaining('INGOT_SUBSCRIPTION_KEY') as string }) as Error,
    );
    expect(() => refuseWithoutSubscription(needy, env)).not.toThrow(/two/);
  });
});
