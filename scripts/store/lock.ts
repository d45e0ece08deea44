import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Say } from '../model/event.ts';
import { isAlive, ownIdentity, readOrUndefined, toIdentity, type ProcessIdentity } from './process-identity.ts';

const POLL_MS = 20;
/** Breaking a lock takes milliseconds: whoever has not done it by then has stopped. */
const BREAK_MS = 5000;

export interface LockOptions {
  /** What the holder does, said to whoever finds the lock taken. */
  readonly purpose: string;
  /** How long to wait for a live holder. Default: not at all. */
  readonly waitMs?: number;
  /** Told when a dead holder's lock is broken. */
  readonly say?: Say;
}

/** Runs work while no other process does work under the same path, and gives the path back whatever happens. */
export async function withLock<T>(host: Host, path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const text = await acquire(host, path, options);
  try {
    return await work();
  } finally {
    if ((await readOrUndefined(host, path)) === text) await host.files.remove(path);
  }
}

interface Holder {
  readonly text: string;
  readonly identity: ProcessIdentity | undefined;
  readonly purpose: string;
  readonly since: string;
}

async function acquire(host: Host, path: string, options: LockOptions): Promise<string> {
  await host.files.makeDir(dirname(path));
  const startedMs = host.clock.monotonicMs();
  const isOver = (limitMs: number): boolean => host.clock.monotonicMs() - startedMs >= limitMs;
  for (;;) {
    const text = await lockText(host, options.purpose);
    if (await createWhole(host, path, text)) return text;
    const holder = await readHolder(host, path);
    if (holder === undefined) continue;
    const live = await isLive(host, holder);
    if (!live && (await breakLock(host, path, holder, options))) continue;
    if (isOver(live ? (options.waitMs ?? 0) : BREAK_MS)) throw busy(path, holder);
    await host.clock.sleep(POLL_MS);
  }
}

async function lockText(host: Host, purpose: string): Promise<string> {
  const document = { kind: 'Lock', ...(await ownIdentity(host)), purpose, since: host.clock.now().toISOString(), nonce: randomBytes(8).toString('hex') };
  return `${JSON.stringify(document)}\n`;
}

/** Creates a file exclusively and with all of its text in one step: nobody ever reads an empty lock. */
async function createWhole(host: Host, path: string, text: string): Promise<boolean> {
  const temporaryPath = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await host.files.createExclusive(temporaryPath, text);
  try {
    await host.files.link(temporaryPath, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await host.files.remove(temporaryPath);
  }
}

async function readHolder(host: Host, path: string): Promise<Holder | undefined> {
  const text = await readOrUndefined(host, path);
  if (text === undefined) return undefined;
  const document = parseObject(text);
  return { text, identity: toIdentity(document), purpose: wordOf(document['purpose']), since: wordOf(document['since']) };
}

async function isLive(host: Host, { identity }: Holder): Promise<boolean> {
  return identity !== undefined && (await isAlive(host, identity));
}

/**
 * Removes a dead holder's lock. The right to do so is itself taken by creating a file named after that very lock, so of
 * many breakers one removes it; and the lock is read again under that right, so a lock taken since is never removed.
 * False while another process has the right.
 */
async function breakLock(host: Host, path: string, stale: Holder, options: LockOptions): Promise<boolean> {
  const claims = await claimRight(host, path, stale);
  if (claims === undefined) return false;
  const gravePath = `${path}.${fingerprint(stale.text)}.stale`;
  try {
    if ((await readOrUndefined(host, path)) !== stale.text) return true;
    await host.files.rename(path, gravePath);
    options.say?.({ type: 'note', message: `Broke the lock ${path}: ${describe(stale)} no longer runs` });
    return true;
  } finally {
    for (const left of [gravePath, ...claims]) await host.files.remove(left);
  }
}

/** Paths of the claims when we have the right; undefined while a live process has it. The right of a dead claimant is claimed in turn. */
async function claimRight(host: Host, path: string, stale: Holder): Promise<readonly string[] | undefined> {
  const claimPath = `${path}.${fingerprint(stale.text)}.claim`;
  if (await createWhole(host, claimPath, await lockText(host, 'break a stale lock'))) return [claimPath];
  const claimant = await readHolder(host, claimPath);
  if (claimant === undefined || (await isLive(host, claimant))) return undefined;
  const claims = await claimRight(host, path, claimant);
  return claims === undefined ? undefined : [claimPath, ...claims];
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

function describe({ identity, purpose, since }: Holder): string {
  return identity === undefined ? 'its holder cannot be told and' : `process ${identity.pid} (${purpose}, since ${since})`;
}

function busy(path: string, holder: Holder): BakeError {
  const pid = holder.identity?.pid ?? 0;
  return new BakeError('BUSY', {
    what: `Another run is at work here: process ${pid}, ${holder.purpose}, since ${holder.since}`,
    fix: `Wait until it has ended, or end it (kill ${pid}), then run the same command again`,
    details: [`lock: ${path}`],
  });
}
