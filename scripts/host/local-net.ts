import { connect, createServer } from 'node:net';
import type { HttpAnswer, HttpRequest, Net } from './host.ts';

/** The machine's own network. */
export const localNet: Net = { freePort, fetch: exchange, banner };

const ANSWER_MS = 60_000;

async function exchange(url: string, { method = 'GET', headers = {}, body, timeoutMs = ANSWER_MS }: HttpRequest = {}): Promise<HttpAnswer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    const answer = await fetch(url, { method, headers, signal: late.signal, ...(body === undefined ? {} : { body }) });
    return {
      status: answer.status,
      header: (name) => answer.headers.get(name) ?? undefined,
      text: () => answer.text(),
      chunks: answer.body ?? nothing(),
    };
  } finally {
    clearTimeout(timer);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body is one without bytes.
}

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
