// A QEMU without a guest: boots in no time, does what FAKE_GUEST says, and keeps its word about sockets, ports and frames.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { simulatedGuest } from '../simulated-guest.ts';

interface Plan {
  readonly boot: 'well' | 'panics' | 'panics later' | 'dies' | 'hangs';
  readonly open: readonly number[];
}

const dir = process.env['FAKE_DIR'] ?? '';
const plan = JSON.parse(readFileSync(join(dir, 'plan.json'), 'utf8')) as Plan;
const line = process.argv.slice(2).join(' ');
if (line.includes('isa-debug-exit')) process.exit(99);

writeFileSync(join(dir, 'pid'), String(process.pid));
writeFileSync(join(dir, 'argv'), line);
const serialPath = /path=([^\s,]+)/.exec(line)?.[1] ?? '';
appendFileSync(serialPath, 'Linux version 6.1 (simulated)\r\n');
const isFirst = !existsSync(join(dir, 'boot-id'));
const comesUp = plan.boot === 'well' || (plan.boot === 'panics later' && isFirst);
if (plan.boot === 'panics' || (plan.boot === 'panics later' && !isFirst)) appendFileSync(serialPath, '[    1.0] Kernel panic - not syncing: no init found\r\n');
if (comesUp && isFirst) writeFileSync(join(dir, 'boot-id'), 'boot-1');

/** The guest's SSH port, as far as a banner goes. */
const ssh = createServer((socket) => {
  socket.on('error', () => undefined);
  if (comesUp) socket.write('SSH-2.0-Simulated\r\n');
});
await new Promise<void>((resolve) => ssh.listen(0, '127.0.0.1', resolve));
const address = ssh.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const channels = new Map<string, Socket>();
const monitors: Socket[] = [];
let endsWithReset = false;
const network = simulatedGuest({ open: plan.open });
const usernet = `  TCP[HOST_FORWARD]  13       127.0.0.1 ${port}    203.0.113.15    22     0     0\r\n`;

function answer(command: string, args: Record<string, unknown>): unknown {
  if (command === 'human-monitor-command') {
    // The last thing that is asked before the guest is left to boot: from here on it is the guest that dies, however slow the host is.
    if (plan.boot === 'dies') setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 100);
    return usernet;
  }
  if (command === 'set-action') endsWithReset = args['reboot'] === 'shutdown';
  if (command === 'chardev-add') openChannel(String(args['id']), JSON.stringify(args['backend']));
  return {};
}

function openChannel(id: string, backend: string): void {
  const channel = connect({ host: '127.0.0.1', port: Number(/"port":"(\d+)"/.exec(backend)?.[1]) });
  channels.set(id, channel);
  channel.on('error', () => undefined);
  channel.on('data', (bytes) => network.tap.send(bytes));
  if (id === 'tap-out') network.tap.onBytes((bytes) => void channel.write(bytes));
}

// The QEMU before this one has left it.
rmSync('qmp.sock', { force: true });
createServer((socket) => {
  monitors.push(socket);
  socket.on('error', () => undefined);
  socket.write('{"QMP": {}}\r\n');
  socket.on('data', (bytes) => {
    for (const text of bytes.toString().trim().split('\n')) {
      const { execute, arguments: args = {} } = JSON.parse(text) as { execute: string; arguments?: Record<string, unknown> };
      socket.write(`${JSON.stringify({ return: answer(execute, args) })}\r\n`);
    }
  });
}).listen('qmp.sock');

setInterval(() => {
  if (existsSync(join(dir, 'poweroff'))) process.exit(0);
  if (!endsWithReset || !existsSync(join(dir, 'reset'))) return;
  rmSync(join(dir, 'reset'));
  const event = JSON.stringify({ event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } });
  let left = monitors.length;
  for (const monitor of monitors) monitor.end(`${event}\r\n`, () => --left === 0 && process.exit(0));
}, 50);
