// Stands in for QEMU: same options, a control socket that answers, no guest. FAKE_QEMU says how it behaves.
import { createServer } from 'node:net';

const options = process.argv.slice(2);
const mode = process.env.FAKE_QEMU ?? 'good';
if (mode === 'dies') {
  process.stderr.write('qemu-system-x86_64: -m 99: cannot set up guest memory: Cannot allocate memory\n');
  process.exit(1);
}
const netdev = options[options.indexOf('-netdev') + 1] ?? '';
const rules = [...netdev.matchAll(/hostfwd=tcp:127\.0\.0\.1:(\d+)-:(\d+)/g)].map(([, host, guest]) => ({ host: Number(host), guest: Number(guest) }));
const table = [];
for (const { host, guest } of rules) {
  const server = createServer((socket) => socket.end('SSH-2.0-Fake\r\n'));
  server.on('error', () => {
    process.stderr.write(`qemu-system-x86_64: -netdev ${netdev}: Could not set up host forwarding rule 'tcp:127.0.0.1:${host}-:${guest}'\n`);
    process.exit(1);
  });
  await new Promise((resolve) => server.listen(host, '127.0.0.1', resolve));
  table.push(`  TCP[HOST_FORWARD]  12       127.0.0.1 ${server.address().port}    203.0.113.15    ${guest}     0     0`);
}
const answers = {
  'human-monitor-command': () => `VLAN -1 (user):\r\n${table.join('\r\n')}\r\n`,
  system_powerdown: () => {
    if (mode !== 'deaf') setImmediate(() => process.exit(0));
    return {};
  },
};
process.on('SIGTERM', () => mode === 'undead' || process.exit(0));
createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write('{"QMP": {"version": {}}}\r\n');
  socket.on('data', (bytes) => {
    for (const line of bytes.toString().split('\n').filter(Boolean))
      socket.write(`${JSON.stringify({ return: answers[JSON.parse(line).execute]?.() ?? {} })}\r\n`);
  });
}).listen('qmp.sock');
if (mode === 'dies-later') setTimeout(() => process.exit(3), 300);
