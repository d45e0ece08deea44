import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { fetchedDiskPath, removeUnusedFetchedDisks, unusedFetchedDisks } from '../../scripts/store/fetched-disks.ts';
import { withLock } from '../../scripts/store/lock.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SHA256 = 'a'.repeat(64);
const DISK = { sha256: SHA256, sizeBytes: 6 };

/** A machine that fetched a disk so many days ago. */
function fetched(days: number): { readonly host: FakeHost; readonly path: string } {
  const host = fakeHost([], { pid: process.pid });
  const path = fetchedDiskPath(host, SHA256);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'a disk');
  utimesSync(path, ...both(new Date(host.clock.now().getTime() - days * DAY_MS)));
  return { host, path };
}

const both = (at: Date): [Date, Date] => [at, at];

test.each([
  [7, [DISK]],
  [6.9, []],
])('used last %d days ago, of 7: %j', async (days, unused) => {
  const { host, path } = fetched(days);
  expect(await unusedFetchedDisks(host, 7)).toEqual(unused);
  expect(await removeUnusedFetchedDisks(host, 7)).toEqual(unused);
  expect(existsSync(path)).toBe(unused.length === 0);
});

test('one that somebody fetches or hashes now stays, and nobody waits for it', async () => {
  const { host, path } = fetched(9);
  await withLock(host, `${path}.lock`, { purpose: 'fetch a disk' }, async () => {
    expect(await removeUnusedFetchedDisks(host, 7)).toEqual([]);
  });
  expect(readdirSync(dirname(path))).toHaveLength(1);
});

test('one that was used after the folder was read stays', async () => {
  const { host, path } = fetched(9);
  let used = false;
  const stat: typeof host.files.stat = async (asked) => {
    const seen = await host.files.stat(asked);
    if (!used) utimesSync(path, ...both(host.clock.now()));
    used = true;
    return seen;
  };
  expect(await removeUnusedFetchedDisks({ ...host, files: { ...host.files, stat } }, 7)).toEqual([]);
  expect(statSync(path).mtimeMs).toBe(host.clock.now().getTime());
});

test('what is no fetched disk is left alone', async () => {
  const { host, path } = fetched(9);
  writeFileSync(`${path}.part`, 'half');
  expect(await removeUnusedFetchedDisks(host, 0)).toEqual([DISK]);
  expect(readdirSync(dirname(path))).toHaveLength(1);
});
