import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../scripts/host/host.ts';
import { authorizer } from '../../../scripts/store/oci/authorize.ts';
import { fakeHost, type FakeHost } from '../../support/fake-host.ts';

const BASIC = `Basic ${Buffer.from('me:secret').toString('base64')}`;
const ENV = { INGOT_REGISTRY_USER: 'me', INGOT_REGISTRY_PASSWORD: 'secret' };

/** A host whose token server answers, and notes what it was asked. */
function withTokens(env: Readonly<Record<string, string>> = ENV): { readonly host: FakeHost; readonly asked: (readonly [string, string | undefined])[] } {
  const host = fakeHost([], { env });
  const asked: (readonly [string, string | undefined])[] = [];
  const fetch = (url: string, request?: HttpRequest): ReturnType<FakeHost['net']['fetch']> => {
    asked.push([url, request?.headers?.['authorization']]);
    return Promise.resolve({ status: 200, header: () => undefined, text: () => Promise.resolve('{"token":"abc"}'), chunks: (async function* () {})() });
  };
  return { host: { ...host, net: { ...host.net, fetch } }, asked };
}

test('nothing is said before a registry asks', async () => {
  expect(await authorizer(withTokens().host, 'registry.test')()).toEqual({});
});

test('a password from the environment answers a plain challenge, and every request after it', async () => {
  const authorize = authorizer(withTokens().host, 'registry.test');
  expect(await authorize('Basic realm="x"')).toEqual({ authorization: BASIC });
  expect(await authorize()).toEqual({ authorization: BASIC });
});

test('so does what the registry’s tools have written down for this very registry', async () => {
  const { host } = withTokens({});
  mkdirSync(join(host.dir, '.docker'));
  writeFileSync(join(host.dir, '.docker/config.json'), JSON.stringify({ auths: { 'registry.test': { auth: 'bWU6c2VjcmV0' } } }));
  expect(await authorizer(host, 'registry.test')('Basic realm="x"')).toEqual({ authorization: BASIC });
  expect(await authorizer(host, 'constructor')('Basic realm="x"')).toBeUndefined();
});

test('a token is asked for where the registry says', async () => {
  const { host, asked } = withTokens();
  const authorize = authorizer(host, 'registry.test');
  expect(await authorize('Bearer realm="https://auth.test/token",service="registry.test",scope="repository:a:pull"')).toEqual({ authorization: 'Bearer abc' });
  expect(asked).toEqual([['https://auth.test/token?service=registry.test&scope=repository%3Aa%3Apull', BASIC]]);
});

test.each(['http://auth.test/token', 'not an address'])('a password is not sent to %s', async (realm) => {
  const { host, asked } = withTokens();
  expect(await authorizer(host, 'registry.test')(`Bearer realm="${realm}"`)).toBeUndefined();
  expect(asked).toEqual([]);
});
