import type { Accelerator } from '../model/build-plan.ts';

/** What a guest wrote to its serial line, as the rules about the console are held against it. */
export interface ConsoleRecord {
  readonly lines: readonly string[];
  /** Words taken out of them, which say how slow the emulation was and nothing about the image. */
  readonly leftOut: readonly string[];
}

/**
 * Takes out what the kernel's own watchdogs of time report when a guest is emulated: its processor stands still for as long as the host
 * does not run that thread, or QEMU looks for translated code in each word that it clears, and the kernel cannot tell this from code that
 * hangs. Under KVM nothing is taken out, and the rest of a line is always judged: what systemd writes at that moment stands on the same line.
 */
export function consoleRecord(lines: readonly string[], accelerator: Accelerator): ConsoleRecord {
  if (accelerator === 'kvm') return { lines, leftOut: [] };
  const leftOut: string[] = [];
  let stalledAt: number | undefined;
  const cut = (words: string): string => (leftOut.push(words), '');
  const judged = lines.map((line) => {
    const rest = line.replace(STALL, cut);
    const seconds = stampOf(line);
    if (OTHER_REPORT.test(rest)) stalledAt = undefined;
    else if (rest !== line) stalledAt = seconds;
    return isSoonAfter(stalledAt, seconds) ? rest.replace(TRACE, cut) : rest;
  });
  return { lines: judged, leftOut };
}

/** A stall's traces follow it at once, one for each processor. */
const TRACES_SECONDS = 10;

function isSoonAfter(stalledAt: number | undefined, seconds: number | undefined): boolean {
  return stalledAt !== undefined && seconds !== undefined && seconds >= stalledAt && seconds <= stalledAt + TRACES_SECONDS;
}

/** The kernel's own words: with its time, and no program's name after that. */
const STAMP = String.raw`\[ *(\d+\.\d+)\](?:\[ *[CT]\d+\])? `;
const TRACE = new RegExp(`${STAMP}Call Trace:`);

/** kernel/watchdog.c, kernel/rcu/tree_stall.h and tree_exp.h, kernel/workqueue.c; `rcu: ` stands there since 4.20. */
const STALL = new RegExp(
  `${STAMP}(?:watchdog: BUG: soft lockup - CPU#\\d+ stuck for \\d+s!` +
    `|(?:rcu: )?INFO: rcu_\\w+ (?:self-detected stall on CPU|detected (?:expedited )?stalls on CPUs/tasks:)` +
    `|(?:workqueue: )?BUG: workqueue lockup - pool )`,
);

/** What begins another report: the traces after it are its own. */
const OTHER_REPORT = /cut here|\bWARNING: |\bBUG: |\bOops:|\bINFO: |general protection fault|kernel BUG at|invalid opcode:|Kernel panic/;

function stampOf(line: string): number | undefined {
  const stamp = new RegExp(STAMP).exec(line)?.[1];
  return stamp === undefined ? undefined : Number(stamp);
}
