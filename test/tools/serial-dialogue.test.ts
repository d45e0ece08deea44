import { mkdtempSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../scripts/host/host.ts';
import { openDialogue } from '../../scripts/tools/serial-dialogue.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A clock whose every sleep is over at once, and whose time goes on by it. */
function clock(): Clock {
  let nowMs = 0;
  const sleep = (ms: number): Promise<void> => ((nowMs += ms), new Promise((resolve) => setImmediate(resolve)));
  return { monotonicMs: () => nowMs, now: () => new Date(0), sleep, pause: sleep };
}

async function guest(answer: (socket: Socket, order: string) => void): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'ingot-serial-')), 's');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => answer(socket, bytes.toString()));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

describe('openDialogue', () => {
  test('gives what came before the end line, however it was cut, order by order', async () => {
    const path = await guest((socket, order) => {
      for (const part of [`you said ${order}\r`, '\nand mo', 're\nEN', 'D\n']) socket.write(part);
    });
    const line = await openDialogue(clock(), path, 'END');
    expect(await line.ask('one', 1e9)).toBe('you said one\nand more');
    expect(await line.ask('two', 1e9)).toBe('you said two\nand more');
    line.close();
  });

  test('an end line that is only a part of a line is none', async () => {
    const line = await openDialogue(clock(), await guest((socket) => void socket.write('not END\nEND \nyes\nEND\n')), 'END');
    expect(await line.ask('x', 1e9)).toBe('not END\nEND \nyes');
    line.close();
  });

  test('a guest that says nothing in time has said nothing', async () => {
    const line = await openDialogue(clock(), await guest(() => undefined), 'END');
    expect(await line.ask('x', 1000)).toBeUndefined();
    line.close();
  });

  test('a guest that goes away is not waited for', async () => {
    const line = await openDialogue(clock(), await guest((socket) => void socket.destroy()), 'END');
    expect(await line.ask('x', 1e12)).toBeUndefined();
  });
});
