import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trustOf, unsignedIsWanted } from '../../../scripts/store/trust/trust-of.ts';
import { remember } from '../../../scripts/store/trust/store-memory.ts';
import type { TextPlace } from '../../../scripts/model/trust.ts';
import { fakeHost } from '../../support/fake-host.ts';

const placeWith = (texts: Readonly<Record<string, string>>): TextPlace => ({
  location: '/store',
  readText: (name) => Promise.resolve(texts[name]),
  writeText: () => Promise.resolve(),
});

test('a store that names no signers, and that nobody knows, has none', async () => {
  expect(await trustOf(fakeHost(), placeWith({}))).toBeUndefined();
});

test('signers that were seen stay, also when the store no longer names any', async () => {
  const host = fakeHost();
  expect(await trustOf(host, placeWith({ 'allowed-signers': 'a' }))).toEqual({ signers: 'a', origin: 'first-use' });
  await remember(host, { kind: 'StoreMemory', schemaVersion: 1, location: '/store', generation: 1, signers: 'a' });
  expect(await trustOf(host, placeWith({}))).toEqual({ signers: 'a', origin: 'remembered' });
  await expect(trustOf(host, placeWith({ 'allowed-signers': 'b' }))).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    what: expect.stringContaining('it is not signed'),
  });
});

test('what the caller names comes before what any store says', async () => {
  const host = fakeHost();
  const path = join(host.dir, 'mine');
  await host.files.writeText(path, 'mine\n');
  const caller = { ...host, facts: { ...host.facts, env: { INGOT_TRUST: path } } };
  expect(await trustOf(caller, placeWith({ 'allowed-signers': 'theirs' }))).toEqual({ signers: 'mine\n', origin: 'configured' });
  const missing = { ...host, facts: { ...host.facts, env: { INGOT_TRUST: '/nowhere' } } };
  await expect(trustOf(missing, placeWith({}))).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('/nowhere') });
});

test.each([
  [{}, false],
  [{ INGOT_UNSIGNED: '1' }, true],
  [{ INGOT_UNSIGNED: '0' }, false],
  [{ INGOT_SIGNING_KEY: 'none' }, true],
  [{ INGOT_SIGNING_KEY: '/a/key' }, false],
])('%j asks for a store without signatures: %s', (env, wanted) => {
  expect(unsignedIsWanted(fakeHost([], { env }))).toBe(wanted);
});
