import type { Child, Host } from '../host/host.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const POLL_MS = 100;
const KILL_MS = 10_000;

/** Sends a signal to exactly this process; nothing happens when it is gone or its pid belongs to another by now. */
export async function signalProcess(host: Host, identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (await isAlive(host, identity)) host.sendSignal(identity.pid, signal);
}

/** Waits until a process that is not our child has ended; false when it still runs at the deadline. */
export function waitForEnd(host: Host, identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  return pollForEnd(host, identity, { timeoutMs, wait: host.clock.sleep });
}

interface Polling {
  readonly timeoutMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

async function pollForEnd(host: Host, identity: ProcessIdentity, { timeoutMs, wait }: Polling): Promise<boolean> {
  const deadlineMs = host.clock.monotonicMs() + timeoutMs;
  while (await isAlive(host, identity)) {
    if (host.clock.monotonicMs() >= deadlineMs) return false;
    await wait(POLL_MS);
  }
  return true;
}

/** Ends a process, also while we are being interrupted: asked first, so that it gives its mounts and sockets back, then killed. False when even that failed. */
export async function endProcess(host: Host, identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  const polling: Polling = { timeoutMs: graceMs, wait: host.clock.pause };
  await signalProcess(host, identity, 'SIGTERM');
  if (await pollForEnd(host, identity, polling)) return true;
  await signalProcess(host, identity, 'SIGKILL');
  return pollForEnd(host, identity, polling);
}

/**
 * Kills a child that was made to outlive us, also while we are being interrupted: nothing is run and nothing sleeps that
 * could be refused then, and reading /proc keeps us here although nobody waits for a detached child.
 */
export async function killDetached(host: Host, child: Child): Promise<void> {
  const deadlineMs = host.clock.monotonicMs() + KILL_MS;
  child.kill('SIGKILL');
  while ((await identify(host, child.pid)) !== undefined && host.clock.monotonicMs() < deadlineMs);
}
