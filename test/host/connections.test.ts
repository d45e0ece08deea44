import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectUnix, listenOnce, type Connection } from '../../scripts/host/connections.ts';

/** A server on a Unix socket; resolves with its path once it listens. */
async function unixServer(serve: (socket: Socket) => void): Promise<{ readonly path: string; readonly server: Server }> {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-net-'));
  const path = join(dir, 'socket');
  const server = createServer(serve);
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return { path, server };
}

function firstText(connection: Connection): Promise<string> {
  return new Promise((resolve) => connection.onBytes((bytes) => resolve(Buffer.from(bytes).toString())));
}

describe('connectUnix', () => {
  test('carries bytes both ways; what came before anyone listened is kept', async () => {
    const { path } = await unixServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('hello');
      socket.on('data', (bytes) => socket.end(`you said ${bytes.toString()}`));
    });
    const connection = await connectUnix(path);
    let heard = '';
    const answered = new Promise<void>((resolve) => {
      connection.onBytes((bytes) => {
        heard += Buffer.from(bytes).toString();
        if (heard.endsWith('ping')) resolve();
      });
    });
    connection.send(Buffer.from('ping'));
    await answered;
    await connection.closed;
    expect(heard).toBe('helloyou said ping');
    connection.send(Buffer.from('into the void'));
  });

  test('rejects where nobody listens', async () => {
    await expect(connectUnix('/proc/none/socket')).rejects.toThrow(/ENOENT|ENOTDIR|ECONNREFUSED/);
  });

  test('close ends it, and is no error the second time', async () => {
    const { path } = await unixServer((socket) => void socket.on('error', () => undefined));
    const connection = await connectUnix(path);
    connection.close();
    connection.close();
    await expect(connection.closed).resolves.toBeUndefined();
  });
});

describe('listenOnce', () => {
  test('holds a port of this machine for one client, and refuses the next', async () => {
    const { port, connection } = await listenOnce();
    const client = connect({ port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    client.write('hi');
    const accepted = await connection;
    expect(await firstText(accepted)).toBe('hi');
    const second = await new Promise<string>((resolve) => {
      const late = connect({ port, host: '127.0.0.1' });
      late.once('error', (error) => resolve(error.message));
      late.once('connect', () => resolve('connected'));
    });
    expect(second).toContain('ECONNREFUSED');
    client.destroy();
    await accepted.closed;
  });

  test('close gives the port back', async () => {
    const { port, close } = await listenOnce();
    close();
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    server.close();
  });
});
