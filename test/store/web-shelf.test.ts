import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { afterBytes } from '../../scripts/store/web-shelf.ts';
import { addRelease, artifactOf, IMAGE_ID } from './fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const V1 = '2026.11.22-1';
const latest = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;
const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

/** A folder's store, and the same store as a plain web server shows it; `gives` tears the first answers with a disk after so many bytes. */
async function setUp(gives: number[] = []) {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  const folder = openStore(host, join(dir, 'published'));
  const release = await addRelease(folder, artifactOf(dir, 'the bytes of a disk'), V1);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = join(dir, 'published', request.url ?? '');
    asked.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    if (!existsSync(path)) return void response.writeHead(404).end();
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start === 0 ? 200 : 206, { 'Content-Length': statSync(path).size - start });
    const most = path.endsWith('.qcow2') && request.method === 'GET' ? gives.shift() : undefined;
    if (request.method === 'HEAD') return void response.end();
    if (most !== undefined) return void response.write(readFileSync(path).subarray(start, start + most), () => setImmediate(() => response.destroy()));
    createReadStream(path, { start }).pipe(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { dir, release, asked, web: openStore(host, `http://127.0.0.1:${port}/`) };
}

test('what a folder holds is read through a web server', async () => {
  const { web, release } = await setUp();
  const found = await web.find(latest);
  expect(found.release).toEqual(release);
  expect((await found.fileNames()).toSorted()).toEqual(['SHA256SUMS', 'disk.qcow2', 'manifest.json']);
  expect(await found.readText('nothing.txt')).toBeUndefined();
  expect(readFileSync(await found.bringDisk(), 'utf8')).toBe('the bytes of a disk');
  expect((await web.history()).map(({ to }) => to)).toEqual([V1]);
});

test('a disk whose line tears is gone on with where it tore', async () => {
  const { web, asked } = await setUp([4, 5]);
  expect(readFileSync(await (await web.find(latest)).bringDisk(), 'utf8')).toBe('the bytes of a disk');
  // What came just before a tear may be lost with it: then it is asked for again.
  expect(asked.filter((line) => line.startsWith('GET') && line.includes('disk.qcow2'))).toHaveLength(3);
});

test('it is not written to', async () => {
  const { web } = await setUp();
  for (const use of [() => web.prepare(), () => web.repair(), () => web.exclusively('test', () => Promise.resolve())])
    await expect(use()).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE', what: expect.stringContaining('to read from') });
});

test('an index that is not one is refused by name, a server without one is an empty store', async () => {
  const { dir, web } = await setUp();
  writeFileSync(join(dir, 'published/index.json'), '<html>');
  await expect(web.readIndex()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  await expect(openStore(host, 'http://127.0.0.1:9/x').readIndex()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
});

test.each([
  'http://example.test/store',
  'https://user:secret@example.test/',
  'https://example.test/?a=b',
  'ftp://example.test/',
  's3://',
  's3://Bucket',
  'oci://host',
  'oci://user:secret@host/a',
  'file:///etc',
])('%s is not an address of a store', (location) => {
  expect(() => openStore(fakeHost(), location)).toThrow('is not the address of a store');
});

test('a server that knows no ranges sends all again, and what is there already is passed over', async () => {
  const chunks = (async function* () {
    yield Buffer.from('abc');
    yield Buffer.from('def');
  })();
  let rest = '';
  for await (const chunk of afterBytes(chunks, 4)) rest += Buffer.from(chunk).toString();
  expect(rest).toBe('ef');
});
