import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRelease, type CheckedRelease } from '../../scripts/stages/check-release.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const reference = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;

async function setUp(): Promise<{ readonly storedPath: string; readonly leasePath: string; readonly check: () => Promise<CheckedRelease> }> {
  const host = fakeHost([], { pid: process.pid });
  const store = openStore(host, join(host.dir, 'published'));
  await addRelease(store, artifactOf(host.dir, 'disk'), '2026.11.22-1');
  const leasePath = join(host.dir, 'lease.qcow2');
  const check = (): Promise<CheckedRelease> => runStage({ host, say: () => undefined }, checkRelease, { store, reference, diskPath: leasePath });
  return { storedPath: await (await store.find(reference)).bringDisk(), leasePath, check };
}

test('holds the disk by a name of its own that outlives the release', async () => {
  const { storedPath, leasePath, check } = await setUp();
  expect(await check()).toMatchObject({ diskPath: leasePath, release: { version: '2026.11.22-1' } });
  rmSync(storedPath);
  expect(readFileSync(leasePath, 'utf8')).toBe('disk');
});

test('hashes every time: the same size and times prove nothing', async () => {
  const { storedPath, leasePath, check } = await setUp();
  await check();
  rmSync(leasePath);
  const { atime, mtime } = statSync(storedPath);
  writeFileSync(storedPath, 'dksi');
  utimesSync(storedPath, atime, mtime);
  await expect(check()).rejects.toMatchObject({ code: 'DISK_CHANGED' });
});

test('a release whose disk is gone is STORE_CORRUPT', async () => {
  const { storedPath, leasePath, check } = await setUp();
  rmSync(storedPath);
  await expect(check()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(existsSync(leasePath)).toBe(false);
});
