import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The Node that runs Ingot: vitest itself may have been started by an older one. */
const OWN_NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const NODE = existsSync(OWN_NODE) ? OWN_NODE : process.execPath;

const PREFIX = `86400.${process.pid}`;
let counter = 0;

/** A length of sleep that no other process on this machine has: a process can be found by it. */
export function uniqueSleep(): string {
  counter += 1;
  return `${PREFIX}${String(counter).padStart(3, '0')}`;
}

/** Pids of the sleeps of this length: not of the wrappers and shells that lead to them, which have the same word in their command lines. */
export function sleepsOf(length: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && argvOf(name).join(' ') === `sleep ${length}`)
    .map(Number);
}

/** Ends what a failed test has left: nobody else would for a day. */
export function endLeftovers(): void {
  for (let number = 1; number <= counter; number += 1) {
    for (const pid of sleepsOf(`${PREFIX}${String(number).padStart(3, '0')}`)) process.kill(pid, 'SIGKILL');
  }
}

/** Waits for something to become true; the test's own limit ends a wait that never does. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}

/** A process of ours that can be killed like a real one; it fails the test when it ends before what was waited for. */
export function runNode(program: string): { readonly until: (isTrue: () => boolean) => Promise<void>; readonly killHard: () => void } {
  const child = spawn(NODE, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
  const isTrueOrOver = (isTrue: () => boolean) => (): boolean => {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    return isTrue();
  };
  return { until: (isTrue) => until(isTrueOrOver(isTrue)), killHard: () => void child.kill('SIGKILL') };
}

function argvOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
