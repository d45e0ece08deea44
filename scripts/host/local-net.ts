import { connect, createServer } from 'node:net';
import type { Net } from './host.ts';

/** The machine's own network. */
export const localNet: Net = { freePort, banner };

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function banner(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (said: string | undefined): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(timeoutMs, () => finish(undefined));
    socket.once('data', (bytes) => finish(bytes.toString('latin1').trim()));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
  });
}
