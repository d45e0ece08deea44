import { BakeError } from '../errors.ts';
import type { ImageSpec } from '../model/image-spec.ts';

/** What registers a machine: an activation key cannot log in anywhere, so it is the lesser secret. */
export interface Subscription {
  readonly organization: string;
  readonly activationKey: string;
}

const ORGANIZATION = 'INGOT_SUBSCRIPTION_ORG';
const ACTIVATION_KEY = 'INGOT_SUBSCRIPTION_KEY';

type Env = Readonly<Record<string, string | undefined>>;

/** The customer's registration, from the environment only; undefined for a distro whose packages need none. */
export function subscriptionOf({ distro }: Pick<ImageSpec, 'distro'>, env: Env): Subscription | undefined {
  if (distro.facts['subscriptionRepositories'] === undefined) return undefined;
  const [organization, activationKey] = [env[ORGANIZATION] ?? '', env[ACTIVATION_KEY] ?? ''];
  if ([organization, activationKey].every((value) => value !== '' && !/[\p{Cc}]/u.test(value))) return { organization, activationKey };
  throw new BakeError('HOST_NOT_READY', {
    what: `The packages of ${distro.id} are given to registered machines only`,
    fix: `Put the number of your organization into ${ORGANIZATION} and one of its activation keys into ${ACTIVATION_KEY}, each on one line; the machine is unregistered before it is sealed`,
  });
}

/** Said before anything is fetched or booted. */
export function refuseWithoutSubscription(spec: Pick<ImageSpec, 'distro'>, env: Env): void {
  subscriptionOf(spec, env);
}
