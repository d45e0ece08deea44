import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuseFullDisk, type PlacesOfBake } from '../../scripts/stages/refuse-full-disk.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

const GIB = 2 ** 30;

/** A host with so much space, where these folders cannot be written to; it notes where space was asked for. */
function hostWith(freeBytes: number, locked: readonly string[] = []): FakeHost & { readonly measured: string[] } {
  const host = fakeHost();
  const measured: string[] = [];
  const measure = (dir: string): Promise<number> => {
    measured.push(dir);
    return Promise.resolve(freeBytes);
  };
  const writable = (dir: string): Promise<boolean> => Promise.resolve(!locked.some((name) => dir === join(host.dir, name)));
  return { ...host, measured, files: { ...host.files, freeBytes: measure, writable } };
}

const placesOf = ({ dir }: FakeHost): PlacesOfBake => ({
  ...{ buildDir: join(dir, 'build'), cacheDir: join(dir, 'build/cache'), storeLocation: join(dir, 'published') },
});

describe('refuseFullDisk', () => {
  test('asks nothing of a folder when the store is elsewhere', async () => {
    const host = hostWith(9 * GIB, ['published']);
    mkdirSync(join(host.dir, 'published'));
    await expect(refuseFullDisk(host, placesOf(host))).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
    await expect(refuseFullDisk(host, { ...placesOf(host), storeLocation: 's3://bucket' })).resolves.toBeUndefined();
  });

  test('is content with enough space, before any folder is there, and makes none', async () => {
    const host = hostWith(9 * GIB);
    await refuseFullDisk(host, placesOf(host));
    expect(host.measured).toEqual([host.dir]);
    expect(await host.files.list(host.dir)).toEqual([]);
  });

  test('measures where the cache is', async () => {
    const host = hostWith(9 * GIB);
    mkdirSync(join(host.dir, 'build/cache'), { recursive: true });
    await refuseFullDisk(host, placesOf(host));
    expect(host.measured).toEqual([join(host.dir, 'build/cache')]);
  });

  test('refuses a disk that would become full, with both numbers', async () => {
    const host = hostWith(2 * GIB);
    await expect(refuseFullDisk(host, placesOf(host))).rejects.toMatchObject({
      ...{ code: 'NO_SPACE', exitStatus: 3, what: `${host.dir} has 2048 MiB free, a bake needs 8192 MiB`, fix: expect.stringContaining('--cache') as string },
    });
  });

  test.each(['build', 'build/cache', 'published'])('refuses when %s cannot be written to, naming it', async (name) => {
    const host = hostWith(9 * GIB, [name]);
    mkdirSync(join(host.dir, name), { recursive: true });
    await expect(refuseFullDisk(host, placesOf(host))).rejects.toMatchObject({
      ...{ code: 'STORE_NOT_WRITABLE', exitStatus: 3, what: `${join(host.dir, name)} cannot be written to` },
    });
  });
});
