import { listenOnce, type Connection } from '../host/connections.ts';
import type { Qmp } from './qmp.ts';
import { NETWORK_ID } from './qemu-system.ts';

/** The guest's network, seen from its wire. */
export interface Tap {
  /** Frames go to the guest only; QEMU's own network stack does not see them. */
  readonly send: Connection['send'];
  /** Copies of all that the guest sends. */
  readonly onBytes: Connection['onBytes'];
  /** Takes the tap out of the running VM. */
  readonly close: () => Promise<void>;
}

/** Taps a running VM: two filters put frames in and copy frames out. They are there only while someone reads, or the guest would wait for us. */
export async function tapNetwork(qmp: Qmp): Promise<Tap> {
  const [fromUs, toUs] = [await listenOnce(), await listenOnce()];
  await addChannel(qmp, 'tap-in', fromUs.port);
  await addChannel(qmp, 'tap-out', toUs.port);
  const [input, output] = await Promise.all([fromUs.connection, toUs.connection]);
  await qmp.execute('object-add', { 'qom-type': 'filter-redirector', id: 'tap-inject', netdev: NETWORK_ID, queue: 'tx', indev: 'tap-in' });
  await qmp.execute('object-add', { 'qom-type': 'filter-mirror', id: 'tap-copy', netdev: NETWORK_ID, queue: 'rx', outdev: 'tap-out' });
  return { send: input.send, onBytes: output.onBytes, close: () => removeTap(qmp, [input, output]) };
}

function addChannel(qmp: Qmp, id: string, port: number): Promise<unknown> {
  const addr = { type: 'inet', data: { host: '127.0.0.1', port: String(port) } };
  return qmp.execute('chardev-add', { id, backend: { type: 'socket', data: { addr, server: false } } });
}

async function removeTap(qmp: Qmp, connections: readonly Connection[]): Promise<void> {
  for (const id of ['tap-copy', 'tap-inject']) await qmp.execute('object-del', { id });
  for (const id of ['tap-out', 'tap-in']) await qmp.execute('chardev-remove', { id });
  for (const { close } of connections) close();
}
