import { createServer, type Server } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectQmp, forwardedPorts, parseUsernet } from '../../scripts/tools/qmp.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What QEMU says on its socket: a greeting, then an answer to each command; `undefined` hangs up. */
async function qemu(answers: Readonly<Record<string, string | undefined>>): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'ingot-qmp-')), 's');
  const server = createServer((socket) => {
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().trim().split('\n')) {
        const { execute } = JSON.parse(line) as { execute: string };
        const answer = execute === 'qmp_capabilities' ? '{"return": {}}' : answers[execute];
        if (answer === undefined) socket.destroy();
        else for (const part of answer.match(/.{1,7}/gs) ?? []) socket.write(part);
        socket.write('\r\n');
      }
    });
    socket.on('error', () => undefined);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

const TABLE = [
  'Hub 0 (user):',
  '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
  '  TCP[HOST_FORWARD]  13       127.0.0.1 40577    203.0.113.15    22     0     0',
  '  TCP[HOST_FORWARD]  14       127.0.0.1 40578    203.0.113.15    80     0     0',
  '  TCP[ESTABLISHED]   15       127.0.0.1 40577    203.0.113.15    22     0     0',
  '  UDP[236 sec]       16    203.0.113.15 68      203.0.113.2     67     0     0',
].join('\r\n');

describe('connectQmp', () => {
  test('negotiates, then gives what a command returns, events or not', async () => {
    const qmp = await connectQmp(await qemu({ 'query-status': '{"event": "RESET"}\r\n{"return": {"status": "running"}}' }));
    await expect(qmp.execute('query-status')).resolves.toEqual({ status: 'running' });
    qmp.close();
  });

  test('hears why the VM goes down, or that it went without a word', async () => {
    const event = '{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}';
    const qmp = await connectQmp(await qemu({ 'query-status': `${event}\r\n{"return": {}}` }));
    await qmp.execute('query-status');
    await expect(qmp.shutdownReason).resolves.toBe('guest-reset');
    qmp.close();
    const silent = await connectQmp(await qemu({}));
    await expect(silent.execute('query-status')).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    await expect(silent.shutdownReason).resolves.toBeUndefined();
  });

  test('does not wait for ever for a QEMU that listens and never answers, and says nothing to it afterwards', async () => {
    const qmp = await connectQmp(await qemu({ savevm: '' }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const saved = qmp.execute('savevm');
    vi.advanceTimersByTime(15 * 60_000);
    vi.useRealTimers();
    await expect(saved).rejects.toMatchObject({ code: 'TOOL_FAILED', what: 'QEMU did not answer savevm within 900 s' });
    await expect(qmp.execute('query-status')).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  test('says what QEMU refused', async () => {
    const qmp = await connectQmp(await qemu({ 'object-add': '{"error": {"class": "GenericError", "desc": "no such netdev"}}' }));
    await expect(qmp.execute('object-add')).rejects.toMatchObject({ code: 'TOOL_FAILED', details: [expect.stringContaining('no such netdev') as string] });
    qmp.close();
  });

  test('a VM that goes away fails the command that waits, and each later one', async () => {
    const qmp = await connectQmp(await qemu({}));
    await expect(qmp.execute('query-status')).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    await expect(qmp.execute('query-status')).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  test('is an error where nobody listens', async () => {
    await expect(connectQmp('/nowhere/qmp.sock')).rejects.toThrow(/ENOENT/);
  });
});

test('the ports that QEMU took are read from QEMU itself', async () => {
  const qmp = await connectQmp(await qemu({ 'human-monitor-command': JSON.stringify({ return: TABLE }) }));
  await expect(forwardedPorts(qmp)).resolves.toEqual(
    new Map([
      [22, 40_577],
      [80, 40_578],
    ]),
  );
  qmp.close();
});

test('a table without forwards has none', () => {
  expect(parseUsernet('')).toEqual(new Map());
});
