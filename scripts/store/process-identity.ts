import type { Host } from '../host/host.ts';

/** One process, told apart from every other that ever has the same pid: by when it started, and in which boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  readonly startTime: string;
  readonly bootId: string;
}

/** The process with this pid as it is now; undefined when there is none, or only its remains (a zombie). */
export async function identify(host: Host, pid: number): Promise<ProcessIdentity | undefined> {
  const status = await processStatus(host, pid);
  if (status === undefined || status.dead) return undefined;
  return { pid, startTime: status.startTime, bootId: await bootId(host) };
}

/** Ourselves, as others will look for us. */
export async function ownIdentity(host: Host): Promise<ProcessIdentity> {
  return (await identify(host, host.facts.pid)) ?? { pid: host.facts.pid, startTime: 'unknown', bootId: await bootId(host) };
}

/** Whether exactly this process still runs: a re-used pid has another start time, a reboot another boot id. */
export async function isAlive(host: Host, { pid, startTime, bootId: recorded }: ProcessIdentity): Promise<boolean> {
  const found = await identify(host, pid);
  return found !== undefined && found.startTime === startTime && found.bootId === recorded;
}

/** Reads an identity that another process wrote; undefined when it is not one. */
export function toIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId: recorded } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return undefined;
  return typeof startTime === 'string' && typeof recorded === 'string' ? { pid, startTime, bootId: recorded } : undefined;
}

export interface ProcessStatus {
  readonly parentPid: number;
  readonly startTime: string;
  readonly dead: boolean;
}

/** What /proc says of a process, without asking whether it is the one that is meant. */
export async function processStatus(host: Host, pid: number): Promise<ProcessStatus | undefined> {
  const text = await readOrUndefined(host, `/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields ?? [];
  const startTime = fields?.[19];
  if (state === undefined || startTime === undefined) return undefined;
  return { parentPid: Number(parent), startTime, dead: state === 'Z' || state === 'X' };
}

/** Resolves undefined instead of failing: a file of /proc may go at any moment. */
export async function readOrUndefined(host: Host, path: string): Promise<string | undefined> {
  try {
    return await host.files.readText(path);
  } catch {
    return undefined;
  }
}

async function bootId(host: Host): Promise<string> {
  return (await readOrUndefined(host, '/proc/sys/kernel/random/boot_id'))?.trim() ?? 'unknown';
}
