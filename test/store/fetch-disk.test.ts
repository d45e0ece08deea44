import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { fetchDisk } from '../../scripts/store/fetch-disk.ts';
import { artifactOf, releaseOf } from './fixtures.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

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
