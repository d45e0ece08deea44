import { connect, createServer, type Socket } from 'node:net';

/** A stream of bytes both ways. */
export interface Connection {
  readonly send: (bytes: Uint8Array) => void;
  /** One listener only; what came before it is kept for it. */
  readonly onBytes: (listener: (bytes: Uint8Array) => void) => void;
  /** Resolves when the other side has gone or `close` was called; never rejects. */
  readonly closed: Promise<void>;
  readonly close: () => void;
  /** Closes it after so many milliseconds, and says so first; the function that is given back calls that off. */
  readonly closeAfter: (ms: number, onLate: () => void) => () => void;
}

/** Connects to a server on a Unix socket; rejects when nobody listens there. */
export function connectUnix(path: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('error', reject);
    socket.once('connect', () => resolve(connectionOf(socket)));
  });
}

/** A port of 127.0.0.1 that one client may connect to, once. */
export interface Listener {
  readonly port: number;
  readonly connection: Promise<Connection>;
  readonly close: () => void;
}

/** Listens for one client on a port that the system chooses: the port is held, so nobody can take it in between. */
export function listenOnce(): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const connection = new Promise<Connection>((accept) => {
      server.once('connection', (socket) => {
        server.close();
        accept(connectionOf(socket));
      });
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, connection, close: () => void server.close() });
    });
  });
}

function connectionOf(socket: Socket): Connection {
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => socket.destroy());
  return {
    send: (bytes) => void (socket.destroyed || socket.write(bytes)),
    onBytes: (listener) => void socket.on('data', listener),
    closed,
    close: () => void socket.destroy(),
    closeAfter: (ms, onLate) => {
      const timer = setTimeout(() => {
        onLate();
        socket.destroy();
      }, ms);
      return () => clearTimeout(timer);
    },
  };
}
