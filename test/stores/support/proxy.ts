import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a connection goes through on its way to a server. */
export interface Weather {
  /** A connection is torn once so many bytes came from the server, or went to it. */
  readonly tearAfterBytes?: { readonly down?: number; readonly up?: number };
  /** How many connections are torn before the weather clears; default: all. */
  readonly tears?: number;
  /** Each piece that comes from the server waits so long. */
  readonly delayMs?: number;
}

export interface Proxy {
  readonly port: number;
  readonly setWeather: (weather: Weather) => void;
  /** Connections that were torn so far. */
  readonly torn: () => number;
  readonly close: () => Promise<void>;
}

/** A TCP proxy before a server of this host, with weather that the test makes. */
export function startProxy(serverPort: number): Promise<Proxy> {
  let weather: Weather = {};
  let torn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: serverPort });
    const counts = { down: 0, up: 0 };
    let late = Promise.resolve();
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
    const pass = (direction: 'down' | 'up', to: Socket) => (bytes: Buffer) => {
      counts[direction] += bytes.length;
      const most = weather.tearAfterBytes?.[direction];
      if (most !== undefined && counts[direction] > most && torn < (weather.tears ?? Infinity)) {
        torn += 1;
        // What went through before has come; a server that is cut off in the middle of a request learns it the hard way.
        if (direction === 'down') client.end(bytes.subarray(0, Math.max(0, bytes.length - (counts.down - most))));
        upstream.resetAndDestroy();
        if (direction === 'up') client.resetAndDestroy();
        return;
      }
      const { delayMs } = weather;
      if (direction === 'down' && delayMs !== undefined) late = late.then(() => delay(delayMs)).then(() => void (to.writable && to.write(bytes)));
      else to.write(bytes);
    };
    client.on('close', () => upstream.destroy());
    // What the server said last comes late as well.
    upstream.on('close', () => void late.then(() => client.end()));
    client.on('data', pass('up', upstream));
    upstream.on('data', pass('down', client));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        setWeather: (next) => {
          weather = next;
          torn = 0;
        },
        torn: () => torn,
        close: () =>
          new Promise((done) => {
            for (const socket of open) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
}
