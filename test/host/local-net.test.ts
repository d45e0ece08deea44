import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { localNet } from '../../scripts/host/local-net.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function serving(greeting: string | undefined): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (greeting !== undefined) socket.end(greeting);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1', () => resolve(portOf(server)));
  });
}

describe('freePort', () => {
  test('can be listened on at once', async () => {
    const port = await localNet.freePort();
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    expect(portOf(server)).toBe(port);
  });
});

describe('banner', () => {
  test('is what a server says on its own, on one line', async () => {
    expect(await localNet.banner(await serving('SSH-2.0-OpenSSH_9.2p1\r\n'), 10_000)).toBe('SSH-2.0-OpenSSH_9.2p1');
  });

  test('is nothing where nobody listens, where the other side hangs up, and where it stays silent', async () => {
    expect(await localNet.banner(await localNet.freePort(), 10_000)).toBeUndefined();
    expect(await localNet.banner(await serving(''), 10_000)).toBeUndefined();
    expect(await localNet.banner(await serving(undefined), 20)).toBeUndefined();
  });
});

describe('fetch', () => {
  const answering = (handler: RequestListener): Promise<string> =>
    new Promise((resolve) => {
      const server = createHttpServer(handler);
      servers.push(server);
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${portOf(server)}/`));
    });

  test('sends a method, headers and bytes, and gives back status, headers and body', async () => {
    const url = await answering((request, response) => {
      const said: Buffer[] = [];
      request.on('data', (bytes: Buffer) => said.push(bytes));
      request.on('end', () =>
        response.writeHead(201, { 'X-Word': request.headers['x-word'] ?? '' }).end(`${request.method} ${Buffer.concat(said).toString()}`),
      );
    });
    const answer = await localNet.fetch(url, { method: 'PUT', headers: { 'x-word': 'yes' }, body: Buffer.from('bytes') });
    expect([answer.status, answer.header('x-word'), answer.header('none')]).toEqual([201, 'yes', undefined]);
    expect(await answer.text()).toBe('PUT bytes');
  });

  test('gives a body as it comes, and one that is not there as no bytes', async () => {
    const url = await answering((_, response) => void response.writeHead(204).end());
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await localNet.fetch(url)).chunks) chunks.push(chunk);
    expect(chunks).toEqual([]);
  });

  test('does not wait for ever for an answer', async () => {
    const url = await answering(() => undefined);
    await expect(localNet.fetch(url, { timeoutMs: 20 })).rejects.toThrow('no answer');
  });
});
