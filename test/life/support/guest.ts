import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { GUEST_NETWORK } from '../../../scripts/tools/qemu-system.ts';
import { openSession, type VmSession } from '../../boot/support/vm-session.ts';
import type { LaunchedMachine } from './launch-machine.ts';

/** Who the machine sees behind every connection through a forwarded port, and where it finds this host's loopback. */
export const OUTSIDE_ADDRESS = `${GUEST_NETWORK.prefix}.2`;

export interface Guest extends VmSession {
  readonly machine: LaunchedMachine;
  /** How long anything in it may take: an emulated machine is slow in everything. */
  readonly deadlineMs: number;
  /** What the node exporter says, each metric a line, the image's own ones made anew. */
  metrics(): Promise<readonly string[]>;
  /** Ends the connection; the next command begins another. */
  hangUp(): Promise<void>;
}

/** So many times as long as the machine took to boot. */
const PATIENCE = 6;
const SMALLEST_DEADLINE_MS = 180_000;

/** A login on the machine, for one file of tests; the machine has come to the end of its boot. */
export async function enterGuest(): Promise<Guest> {
  const machine = inject('machine');
  const dir = await mkdtemp(join(tmpdir(), 'ingot-guest-'));
  const target = { port: machine.sshPort, user: machine.user, keyPath: machine.keyPath, dir };
  const first = openSession({ ...target, deadlineMs: SMALLEST_DEADLINE_MS });
  await first.attempt('systemctl is-system-running --wait');
  const bootMs = Number(await first.run('systemctl show -P FinishTimestampMonotonic')) / 1000;
  const deadlineMs = Math.max(SMALLEST_DEADLINE_MS, PATIENCE * bootMs);
  const vm = openSession({ ...target, deadlineMs });
  return {
    ...vm,
    machine,
    deadlineMs,
    metrics: async () => (await vm.run('sudo systemctl start ingot-metrics.service && curl -fsS -m 300 http://127.0.0.1:9100/metrics')).split('\n'),
    hangUp: () => vm.close(),
    close: async () => {
      await vm.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
