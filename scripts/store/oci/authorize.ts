import { join } from 'node:path';
import type { Host } from '../../host/host.ts';

type Headers = Readonly<Record<string, string>>;

/** Headers that say who we are. Called without a challenge before a request, and with one after a refusal; undefined when there is nothing more to say. */
export interface Authorize {
  (): Promise<Headers>;
  (challenge: string | undefined): Promise<Headers | undefined>;
}

/** Credentials as the registry's own tools keep them: from the environment, or from Docker's configuration file; a token is asked for when the registry wants one. */
export function authorizer(host: Host, authority: string): Authorize {
  let current: Headers = {};
  const authorize = async (...given: readonly (string | undefined)[]): Promise<Headers | undefined> => {
    if (given.length === 0) return current;
    const basic = await basicOf(host, authority);
    const bearer = /^bearer\s+(.*)$/i.exec(given[0] ?? '')?.[1];
    const answer = bearer === undefined ? basic : await tokenFor(host, bearer, basic);
    if (answer === undefined) return undefined;
    current = { authorization: answer };
    return current;
  };
  return authorize as Authorize;
}

async function basicOf({ facts, files }: Host, authority: string): Promise<string | undefined> {
  const { env, homeDir } = facts;
  const [user, password] = [env['INGOT_REGISTRY_USER'], env['INGOT_REGISTRY_PASSWORD']];
  if (user && password) return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const path = join(env['DOCKER_CONFIG'] || join(homeDir, '.docker'), 'config.json');
  try {
    const { auths } = JSON.parse(await files.readText(path)) as { readonly auths?: Readonly<Record<string, { readonly auth?: string }>> };
    const auth = auths !== undefined && Object.hasOwn(auths, authority) ? auths[authority]?.auth : undefined;
    return auth === undefined ? undefined : `Basic ${auth}`;
  } catch {
    return undefined; // No such file, or one that is of no use: then we are nobody.
  }
}

/** A password goes to a realm only where nobody can read along. */
async function tokenFor({ net }: Host, challenge: string, basic: string | undefined): Promise<string | undefined> {
  const fields = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const url = URL.parse(fields['realm'] ?? '');
  if (url === null || (url.protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))) return undefined;
  for (const name of ['service', 'scope'] as const) if (fields[name] !== undefined) url.searchParams.set(name, fields[name]);
  const answer = await net.fetch(url.href, basic === undefined ? {} : { headers: { authorization: basic } });
  if (answer.status !== 200) return undefined;
  const { token, access_token: accessToken } = JSON.parse(await answer.text()) as { readonly token?: string; readonly access_token?: string };
  const granted = token ?? accessToken;
  return granted === undefined ? undefined : `Bearer ${granted}`;
}
