import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { checkGpgSignature, signWithGpg } from '../../scripts/tools/gpg.ts';
import { fakeHost } from '../support/fake-host.ts';

const { dir } = fakeHost();
const real = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
// A socket's path has to be short.
let home = '';
const host: Host = { ...real, run: (argv, options) => real.run(argv, { ...options, env: { ...options?.env, GNUPGHOME: home } }) };
const [keyringPath, strangersPath] = [join(dir, 'ring.gpg'), join(dir, 'strangers.gpg')];
const text = 'what is said\n';

beforeAll(async () => {
  home = await real.files.makeTempDir('/tmp', 'ig-');
  for (const who of ['owner@example.invalid', 'stranger@example.invalid'])
    await host.run(['gpg', '--batch', '--quiet', '--passphrase', '', '--quick-generate-key', who, 'ed25519', 'sign', 'never']);
  await host.run(['gpg', '--batch', '--output', keyringPath, '--export', 'owner@example.invalid']);
  await host.run(['gpg', '--batch', '--output', strangersPath, '--export', 'stranger@example.invalid']);
});

afterAll(async () => {
  await host.run(['gpgconf', '--kill', 'all'], { reject: false });
  await real.files.remove(home);
});

test('a signature counts for its text and its keyring, and for no other', async () => {
  const signature = await signWithGpg(host, { key: 'owner@example.invalid', text });
  expect(await checkGpgSignature(host, { keyringPath, text, signature })).toEqual({ signer: expect.stringMatching(/^[0-9A-F]{40}$/) });
  expect(await checkGpgSignature(host, { keyringPath, text: 'else\n', signature })).toEqual({ reason: expect.stringMatching(/BAD signature/) });
  expect(await checkGpgSignature(host, { keyringPath: strangersPath, text, signature })).toEqual({ reason: expect.stringMatching(/No public key/i) });
  expect(await checkGpgSignature(host, { keyringPath, text, signature: 'nonsense' })).toHaveProperty('reason');
});

test('a key that gpg does not have is named', async () => {
  await expect(signWithGpg(host, { key: 'nobody@example.invalid', text })).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    what: expect.stringContaining('nobody@example.invalid'),
  });
});
