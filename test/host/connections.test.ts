import { connect, createServer } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectUnix, listenOnce } from '../../scripts/host/connections.ts';

describe('listenOnce', () => {
  test('takes one client and no second', async () => {
    const listener = await listenOnce();
    const client = connect({ host: '127.0.0.1', port: listener.port });
    client.write('hello');
    const connection = await listener.connection;
    const heard = await new Promise<string>((resolve) => connection.onBytes((bytes) => resolve(Buffer.from(bytes).toString())));
    expect(heard).toBe('hello');
    const refused = connect({ host: '127.0.0.1', port: listener.port });
    await expect(new Promise((_resolve, reject) => refused.once('error', reject))).rejects.toThrow(/ECONNREFUSED/);
    connection.close();
    await connection.closed;
    client.destroy();
  });

  test('two listeners have two ports', async () => {
    const [one, other] = [await listenOnce(), await listenOnce()];
    expect(one.port).not.toBe(other.port);
    one.close();
    other.close();
  });
});

describe('connectUnix', () => {
  test('carries bytes both ways, and says when the other side has gone', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ingot-socket-')), 's');
    const server = createServer((socket) => socket.on('data', (bytes) => socket.end(bytes.toString().toUpperCase())));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const connection = await connectUnix(path);
    const heard = new Promise<string>((resolve) => connection.onBytes((bytes) => resolve(Buffer.from(bytes).toString())));
    connection.send(Buffer.from('ping'));
    expect(await heard).toBe('PING');
    await connection.closed;
    expect(() => connection.send(Buffer.from('late'))).not.toThrow();
    server.close();
  });

  test('rejects where nobody listens', async () => {
    await expect(connectUnix('/nowhere/s')).rejects.toThrow(/ENOENT/);
  });
});
