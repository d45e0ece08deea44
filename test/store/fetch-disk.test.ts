import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { fetchDisk } from '../../scripts/store/fetch-disk.ts';
import { artifactOf, releaseOf } from './fixtures.ts';
import { fakeHost, refusing, type FakeHost } from '../support/fake-host.ts';

const CONTENT = 'the bytes of a disk';

/** A store elsewhere whose connection gives so many bytes each time before it tears; undefined: all that is left. */
function remoteOf(host: FakeHost, gives: readonly (number | undefined)[] = [], content = CONTENT) {
  const offsets: number[] = [];
  const release = releaseOf(artifactOf(host.dir, CONTENT), '2026.11.22-1');
  async function* bytesFrom(offset: number): AsyncGenerator<Uint8Array> {
    const most = gives[offsets.length];
    offsets.push(offset);
    yield Buffer.from(content.slice(offset, most === undefined ? undefined : offset + most));
    if (most !== undefined) throw new Error('connection reset');
  }
  return { offsets, remote: { release, location: 's3://bucket', open: (offset: number) => Promise.resolve(bytesFrom(offset)) } };
}

const host = (): FakeHost => fakeHost([], { pid: process.pid });

test('is kept by content, and fetched once', async () => {
  const machine = host();
  const { remote, offsets } = remoteOf(machine);
  const path = await fetchDisk(machine, remote);
  expect(readFileSync(path, 'utf8')).toBe(CONTENT);
  expect(path).toContain(remote.release.disk.sha256);
  expect(await fetchDisk(machine, remote)).toBe(path);
  expect(offsets).toEqual([0]);
});

test('is used again: its age begins anew, so that nobody takes it away as unused', async () => {
  const machine = host();
  const { remote } = remoteOf(machine);
  const path = await fetchDisk(machine, remote);
  utimesSync(path, 0, 0);
  await fetchDisk(machine, remote);
  expect(statSync(path).mtimeMs).toBe(machine.clock.now().getTime());
});

test('goes on where a connection tore', async () => {
  const machine = host();
  const { remote, offsets } = remoteOf(machine, [4, 5, undefined]);
  expect(readFileSync(await fetchDisk(machine, remote), 'utf8')).toBe(CONTENT);
  expect(offsets).toEqual([0, 4, 9]);
});

test('a connection that brings nothing is given up, and what came is kept for the next try', async () => {
  const machine = host();
  const { remote } = remoteOf(machine, [4, 0, 0, 0, 0, 0]);
  await expect(fetchDisk(machine, remote)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', what: expect.stringContaining('4 of 19 bytes') });
  const again = remoteOf(machine);
  await fetchDisk(machine, again.remote);
  expect(again.offsets).toEqual([4]);
});

test('other bytes than those that were promised are thrown away', async () => {
  const machine = host();
  const { remote } = remoteOf(machine, [], CONTENT.toUpperCase());
  await expect(fetchDisk(machine, remote)).rejects.toMatchObject({ code: 'DISK_CHANGED' });
  expect(readdirSync(join(machine.dir, 'build/cache/releases'))).toEqual([]);
});

test('for whoever asks what lies there, a copy that was kept does not count: other bytes are refused, and the copy stays', async () => {
  const machine = host();
  const { remote, offsets } = remoteOf(machine);
  const path = await fetchDisk(machine, remote);
  const anew = { ...remote, release: { ...remote.release, anew: true } };
  expect(await fetchDisk(machine, anew)).toBe(path);
  expect(offsets).toEqual([0, 0]);
  const { remote: changed } = remoteOf(machine, [], CONTENT.toUpperCase());
  await expect(fetchDisk(machine, { ...changed, release: { ...remote.release, anew: true } })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
  expect(readFileSync(path, 'utf8')).toBe(CONTENT);
});

test('a copy that was changed since is fetched again', async () => {
  const machine = host();
  const path = await fetchDisk(machine, remoteOf(machine).remote);
  writeFileSync(path, 'changed');
  expect(readFileSync(await fetchDisk(machine, remoteOf(machine).remote), 'utf8')).toBe(CONTENT);
});

test('more bytes than there may be are not gone on with', async () => {
  const machine = host();
  const path = await fetchDisk(machine, remoteOf(machine).remote);
  writeFileSync(`${path}.part`, `${CONTENT} and more`);
  writeFileSync(path, 'changed');
  expect(readFileSync(await fetchDisk(machine, remoteOf(machine).remote), 'utf8')).toBe(CONTENT);
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('what is not the network is said at once', async () => {
  const machine = host();
  const refused = new BakeError('STORE_NOT_WRITABLE', { what: 'refused', fix: 'ask' });
  const { remote } = remoteOf(machine);
  await expect(fetchDisk(machine, { ...remote, open: () => Promise.reject(refused) })).rejects.toBe(refused);
});

const errno = (code: string): Error => Object.assign(new Error(`${code}: refused, write`), { code });

test.each([
  ['ENOSPC', 'NO_SPACE', 'No space is left in'],
  ['EDQUOT', 'NO_SPACE', 'No space is left in'],
  ['EACCES', 'STORE_NOT_WRITABLE', 'cannot be written'],
])('what our own disk refuses is said with its folder, and how to have another: %s', async (code, ours, what) => {
  const machine = host();
  const fetching = fetchDisk(refusing(machine, errno(code)), remoteOf(machine).remote);
  await expect(fetching).rejects.toMatchObject({
    code: ours,
    what: expect.stringContaining(what) as string,
    fix: expect.stringContaining('INGOT_BUILD_DIR') as string,
  });
  await expect(fetching).rejects.toThrow(join(machine.dir, 'build/cache/releases'));
});

test('so is a disk on which not even the lock has room', async () => {
  const machine = host();
  const full = { ...machine, files: { ...machine.files, createExclusive: () => Promise.reject(errno('ENOSPC')) } };
  await expect(fetchDisk(full, remoteOf(machine).remote)).rejects.toMatchObject({ code: 'NO_SPACE' });
});

test('is not begun where there is no space for what is missing of it', async () => {
  const machine = host();
  const begun = remoteOf(machine, [4, 0, 0, 0, 0, 0]);
  await expect(fetchDisk(machine, begun.remote)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  const { remote, offsets } = remoteOf(machine);
  const withFree = (bytes: number) => ({ ...machine, files: { ...machine.files, freeBytes: () => Promise.resolve(bytes) } });
  await expect(fetchDisk(withFree(14), remote)).rejects.toMatchObject({
    code: 'NO_SPACE',
    what: `${join(machine.dir, 'build/cache/releases')} has 14 bytes free, ${remote.release.imageId}@2026.11.22-1 needs 15 more`,
    fix: expect.stringContaining('INGOT_BUILD_DIR') as string,
  });
  expect(offsets).toEqual([]);
  await fetchDisk(withFree(15), remote);
  expect(offsets).toEqual([4]);
});
