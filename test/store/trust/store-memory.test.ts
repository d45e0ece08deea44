import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryPath, recall, remember } from '../../../scripts/store/trust/store-memory.ts';
import { configDir } from '../../../scripts/store/trust/config-dir.ts';
import { fakeHost } from '../../support/fake-host.ts';

const LOCATION = 's3://bucket/images';

describe('where a person’s own things are', () => {
  test.each([
    [{}, '.config/ingot'],
    [{ XDG_CONFIG_HOME: '/xdg' }, '/xdg/ingot'],
    [{ XDG_CONFIG_HOME: '/xdg', INGOT_CONFIG_DIR: '/own' }, '/own'],
    [{ XDG_CONFIG_HOME: '', INGOT_CONFIG_DIR: '' }, '.config/ingot'],
  ])('%j', (env, expected) => {
    const host = fakeHost([], { env });
    expect(configDir(host)).toBe(expected.startsWith('/') ? expected : join(host.facts.homeDir, expected));
  });
});

describe('what is remembered of a store', () => {
  test('is nothing at first, then what was seen, for its owner’s eyes', async () => {
    const host = fakeHost();
    const first = await recall(host, LOCATION);
    expect(first).toMatchObject({ generation: 0, signers: null });
    await remember(host, { ...first, generation: 7, signers: 'who' });
    expect(await recall(host, LOCATION)).toMatchObject({ location: LOCATION, generation: 7, signers: 'who' });
    expect(await recall(host, 's3://bucket/other')).toMatchObject({ generation: 0 });
    expect(statSync(memoryPath(host, LOCATION)).mode & 0o777).toBe(0o600);
  });

  test('never goes back: of two readers that finish in any order, the higher generation stays', async () => {
    const host = fakeHost();
    const first = await recall(host, LOCATION);
    await remember(host, { ...first, generation: 9 });
    await remember(host, { ...first, generation: 8, signers: 'who' });
    expect(await recall(host, LOCATION)).toMatchObject({ generation: 9, signers: 'who' });
  });

  test.each(['', '{}', 'null', '{"kind":"StoreMemory","schemaVersion":1,"location":"s3://bucket/images","generation":-0.5,"signers":null}'])(
    'that cannot be read (%j) is not taken for a store that is new',
    async (text) => {
      const host = fakeHost();
      const path = memoryPath(host, LOCATION);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      await expect(recall(host, LOCATION)).rejects.toMatchObject({ code: 'NOT_TRUSTED', fix: expect.stringContaining(path) });
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test('has to be kept: a folder that cannot be written to is said', async () => {
    const host = fakeHost();
    mkdirSync(join(host.dir, '.config'));
    writeFileSync(join(host.dir, '.config/ingot'), 'a file');
    chmodSync(join(host.dir, '.config/ingot'), 0o400);
    const memory = { kind: 'StoreMemory', schemaVersion: 1, location: LOCATION, generation: 1, signers: null } as const;
    await expect(remember(host, memory)).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE', fix: expect.stringContaining('INGOT_CONFIG_DIR') });
  });
});
