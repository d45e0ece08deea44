import type { Child, Host } from '../host/host.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

const POLL_MS = 100;
const KILL_MS = 10_000;

/** Sends a signal to exactly this process; nothing happens when it is gone or its pid belongs to another by now. */
export async function signalProcess(host: Host, identity: ProcessIdentity, signal: 'TERM' | 'KILL'): Promise<void> {
  if (!(await isAlive(host, identity))) return;
  // The shell's own kill: the program of that name is missing on small hosts.
  await host.run(['bash', '-c', 'kill -s "$1" -- "$2"', 'kill', signal, String(identity.pid)], { reject: false });
}

/** Waits until a process that is not our child has ended; false when it still runs at the deadline. */
export async function waitForEnd(host: Host, identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadlineMs = host.clock.monotonicMs() + timeoutMs;
  while (await isAlive(host, identity)) {
    if (host.clock.monotonicMs() >= deadlineMs) return false;
    await host.clock.sleep(POLL_MS);
  }
  return true;
}

/** Ends a process: asked first, so that it gives its mounts and sockets back, then killed. False when even that failed. */
export async function endProcess(host: Host, identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  await signalProcess(host, identity, 'TERM');
  if (await waitForEnd(host, identity, graceMs)) return true;
  await signalProcess(host, identity, 'KILL');
  return waitForEnd(host, identity, graceMs);
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
