import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of the test's own: on a port of loopback, with a folder that goes when it does. */
export interface TestServer {
  readonly port: number;
  readonly dir: string;
  readonly stop: () => Promise<void>;
}

export interface ServerCommand {
  /** Called with a free port and an empty folder. */
  readonly argv: (place: { readonly port: number; readonly dir: string }) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server and waits until it takes connections; one whose port was taken meanwhile is started again on another. */
export async function startServer(command: ServerCommand): Promise<TestServer> {
  for (let tries = 1; ; tries += 1) {
    const dir = mkdtempSync(join(tmpdir(), 'ingot-server-'));
    const port = await freePort();
    const [program = '', ...args] = command.argv({ port, dir });
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...command.env } });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const missing = new Promise<never>((_, reject) => child.once('error', reject));
    if (await Promise.race([answers(port, child), missing])) return { port, dir, stop: () => stop(child, { ended, dir }) };
    await stop(child, { ended, dir });
    if (tries === 3) throw new Error(`${program} does not start: ${Buffer.concat(said).toString()}`);
  }
}

async function stop(child: ChildProcess, { ended, dir }: { readonly ended: Promise<void>; readonly dir: string }): Promise<void> {
  child.kill('SIGKILL');
  await ended;
  rmSync(dir, { recursive: true, force: true });
}

/** A port of loopback that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Tries until something listens, or the program has ended. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await connects(port)) return child.exitCode === null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
