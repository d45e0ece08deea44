import { expect, test } from 'vitest';
import type { TextPlace } from '../../../scripts/model/trust.ts';
import { EMPTY_INDEX, formatIndex } from '../../../scripts/store/index-text.ts';
import { readDerivedIndex } from '../../../scripts/store/trust/check-texts.ts';
import { trustOf } from '../../../scripts/store/trust/trust-of.ts';
import { fakeHost } from '../../support/fake-host.ts';

const placeWith = (texts: Readonly<Record<string, string>>): TextPlace => ({
  location: 'oci://registry/repository',
  readText: (name) => Promise.resolve(texts[name]),
  writeText: () => Promise.resolve(),
});
const index = (text: string) => () => Promise.resolve({ text, revision: '' });
const FULL = index('{ "releases": [{ "imageId": "house" }] }');
const signed = placeWith({ 'allowed-signers': 'those of the first day' });

test('whom a store without a signed index brought first is remembered: others are refused from then on', async () => {
  const host = fakeHost([], { env: {} });
  expect(await readDerivedIndex(host, signed, FULL)).toMatchObject({ revision: '' });
  expect(await trustOf(host, placeWith({}))).toEqual({ signers: 'those of the first day', origin: 'remembered' });
  await expect(readDerivedIndex(host, placeWith({ 'allowed-signers': 'somebody else' }), FULL)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
});

test('releases of which nobody says whose they must be are refused, unless they were asked for', async () => {
  const place = placeWith({});
  await expect(readDerivedIndex(fakeHost([], { env: {} }), place, FULL)).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    what: 'Nobody vouches for the store oci://registry/repository: it names no signers',
  });
  expect(await readDerivedIndex(fakeHost([], { env: { INGOT_UNSIGNED: '1' } }), place, FULL)).toBeDefined();
});

test('a place in which nothing was published yet may be read by anybody', async () => {
  const host = fakeHost([], { env: {} });
  expect(await readDerivedIndex(host, placeWith({}), index(formatIndex(EMPTY_INDEX)))).toBeDefined();
  expect(await readDerivedIndex(host, placeWith({}), () => Promise.resolve(undefined))).toBeUndefined();
  expect(await trustOf(host, placeWith({}))).toBeUndefined();
});
