import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { scanGuestPorts } from '../../scripts/stages/scan-ports.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { simulatedGuest, type Behaviour } from '../support/simulated-guest.ts';

/** A VM whose network is a simulated guest, tapped by the commands that QEMU gets. */
function tapped(open: readonly number[] | 'dead', more: Partial<Behaviour> = {}) {
  const commands: string[] = [];
  const network = simulatedGuest({ ...(open === 'dead' ? { open: [], dead: true } : { open }), ...more });
  const execute = (command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    commands.push(`${command} ${String(args['id'])}`);
    if (command !== 'chardev-add') return Promise.resolve({});
    const channel = connect({ host: '127.0.0.1', port: Number(/"port":"(\d+)"/.exec(JSON.stringify(args))?.[1]) });
    channel.on('data', (bytes) => network.tap.send(bytes));
    if (args['id'] === 'tap-out') network.tap.onBytes((bytes) => void channel.write(bytes));
    return Promise.resolve({});
  };
  return { commands, qmp: { execute, shutdownReason: Promise.resolve(undefined), close: () => undefined } };
}

const GONE = ['object-del tap-copy', 'object-del tap-inject', 'chardev-remove tap-out', 'chardev-remove tap-in'];

/** Sleeps really give way here: frames travel over sockets. */
function hostWithTurns() {
  const host = fakeHost();
  const sleep = (ms: number): Promise<void> => host.clock.sleep(ms).then(() => new Promise((resolve) => setImmediate(resolve)));
  return { ...host, clock: { ...host.clock, sleep } };
}

test('knocks at every port there is, both ways, and takes the tap out again', async () => {
  const host = hostWithTurns();
  const { qmp, commands } = tapped([22, 65_535], { openOverIpv6: [22, 8080], answersAt: [123, 1900] });
  const open = await scanGuestPorts.run({ guest: { ...fakeGuest(host), qmp }, slowness: 1000 }, contextOf(host));
  expect(open).toEqual({ ipv4: [22, 65_535], ipv6: [22, 8080], udp: [123, 1900] });
  expect(commands.slice(-4)).toEqual(GONE);
});

test('a guest without IPv6 has no ports there, which is not the same as none that is open', async () => {
  const host = hostWithTurns();
  const { qmp } = tapped([22]);
  await expect(scanGuestPorts.run({ guest: { ...fakeGuest(host), qmp }, slowness: 1000 }, contextOf(host))).resolves.toEqual({
    ipv4: [22],
    ipv6: undefined,
    udp: [],
  });
});

test('takes the tap out also when the guest is lost', async () => {
  const host = hostWithTurns();
  const { qmp, commands } = tapped('dead');
  await expect(scanGuestPorts.run({ guest: { ...fakeGuest(host), qmp }, slowness: 1 }, contextOf(host))).rejects.toMatchObject({ code: 'GUEST_FAILED' });
  expect(commands.slice(-4)).toEqual(GONE);
});
