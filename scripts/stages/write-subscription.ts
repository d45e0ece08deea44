import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { subscriptionOf } from '../plan/subscription.ts';

export interface SubscriptionRequest {
  readonly spec: ImageSpec;
  readonly layer: Pick<LayerPlan, 'name'>;
  /** The payload's bake/ folder. */
  readonly dir: string;
}

/** Gives the layer that installs packages what it registers with: a file for root alone, outside every key, which goes with the payload. */
export async function writeSubscription({ files, facts }: Host, { spec, layer, dir }: SubscriptionRequest): Promise<void> {
  if (layer.name !== 'packages') return;
  const subscription = subscriptionOf(spec, facts.env);
  if (subscription === undefined) return;
  await files.makeDir(dir);
  await files.writeUnsynced(join(dir, 'subscription'), `${subscription.organization}\n${subscription.activationKey}\n`, 0o600);
}
