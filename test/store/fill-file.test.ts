import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { fillFile } from '../../scripts/store/fill-file.ts';
import { fakeHost, refusing } from '../support/fake-host.ts';

const CONTENT = 'the bytes of a file';

/** A file elsewhere whose connection gives so many bytes each time before it tears; undefined: all that is left. */
function setUp(gives: readonly (number | undefined)[] = [], sent = CONTENT) {
  const host = fakeHost();
  const path = join(host.dir, 'new/file');
  const offsets: number[] = [];
  async function* bytesFrom(offset: number): AsyncGenerator<Uint8Array> {
    const most = gives[offsets.length];
    offsets.push(offset);
    for (const byte of sent.slice(offset, most === undefined ? undefined : offset + most)) yield Buffer.from(byte);
    if (most !== undefined) throw new Error('connection reset');
  }
  const remote = { title: 'the file', location: 's3://bucket', sizeBytes: CONTENT.length, open: (offset: number) => Promise.resolve(bytesFrom(offset)) };
  return { host, path, offsets, remote, fill: () => fillFile(host, path, remote) };
}

test('comes as it is, into a folder that need not be there', async () => {
  const { fill, path, offsets } = setUp();
  await fill();
  expect(readFileSync(path, 'utf8')).toBe(CONTENT);
  expect(offsets).toEqual([0]);
});

test('goes on where a connection tore, and where an earlier run stopped', async () => {
  const torn = setUp([4, 5, undefined]);
  await torn.fill();
  expect(readFileSync(torn.path, 'utf8')).toBe(CONTENT);
  expect(torn.offsets).toEqual([0, 4, 9]);
  await torn.fill();
  expect(torn.offsets).toHaveLength(3);
});

test('is given up when nothing comes any more, with what came kept', async () => {
  const { fill, path } = setUp([4, 0, 0, 0, 0, 0]);
  await expect(fill()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', what: 's3://bucket did not give the file: 4 of 19 bytes came' });
  expect(readFileSync(path, 'utf8')).toBe(CONTENT.slice(0, 4));
});

test('never grows beyond what was promised, however much is sent', async () => {
  const { fill, path } = setUp([], `${CONTENT}${' and more'.repeat(1000)}`);
  await fill();
  expect(readFileSync(path, 'utf8')).toBe(CONTENT);
});

test('begins anew when there is more than was promised', async () => {
  const { host, fill, path, offsets } = setUp();
  await host.files.makeDir(join(host.dir, 'new'));
  writeFileSync(path, `${CONTENT} and more`);
  await fill();
  expect(readFileSync(path, 'utf8')).toBe(CONTENT);
  expect(offsets).toEqual([0]);
});

test('what is not the network, and an interruption, are said at once', async () => {
  const { host, path, remote } = setUp();
  const refused = new BakeError('STORE_NOT_WRITABLE', { what: 'refused', fix: 'ask' });
  await expect(fillFile(host, path, { ...remote, open: () => Promise.reject(refused) })).rejects.toBe(refused);
  const torn = new Error('torn');
  const stopped = { ...host, interrupted: AbortSignal.abort() };
  await expect(fillFile(stopped, path, { ...remote, open: () => Promise.reject(torn) })).rejects.toBe(torn);
  expect(existsSync(path)).toBe(false);
});

test.each(['ENOSPC', 'EDQUOT', 'EACCES'])('what our own disk refuses is no torn connection, and is not tried again: %s', async (code) => {
  const { host, path, offsets, remote } = setUp();
  const refused = Object.assign(new Error(`${code}: refused, write`), { code });
  await expect(fillFile(refusing(host, refused), path, remote)).rejects.toBe(refused);
  expect(offsets).toEqual([0]);
});

test('the same words from elsewhere are a torn connection', async () => {
  const { host, path, remote } = setUp();
  const torn = Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' });
  await expect(fillFile(host, path, { ...remote, open: () => Promise.reject(torn) })).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', cause: torn });
});
