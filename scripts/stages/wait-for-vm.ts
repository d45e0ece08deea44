import { bootFailure } from '../checks/boot-failure.ts';
import { consoleLines } from '../checks/console-lines.ts';
import { deadlines } from '../checks/slowness.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { readSerialLog } from '../tools/serial-log.ts';
import { runOverSsh, type SshTarget } from '../tools/ssh.ts';
import type { Stage } from './stage.ts';
import { whileItRuns, type StartedVm } from './start-vm.ts';

const POLL_MS = 1000;
const CONNECT_SECONDS = 10;
/** Nobody measured this host for one launch: it may be this much slower than the reference. */
const SLOWNESS = 2;
const LAST_LINES = 15;
const FINISHED = /Cloud-init v\. .*finished at/;

export interface VmToAwait extends StartedVm {
  readonly logPath: string;
  /** Undefined when only a person can use the key: then the VM is watched from outside. */
  readonly keyPath: string | undefined;
  /** How many VMs boot at the same time, this one among them: each is as much slower. Default: 1. */
  readonly startedTogether?: number;
}

/** Waits until the caller can log in and everything that happens at first boot has happened. */
export const waitForVm: Stage<VmToAwait, void> = {
  name: 'wait',
  title: 'Wait until the VM is ready',
  run: async (vm, { host, say }) => {
    const { loginMs, settleMs } = deadlines(vm.record.accelerator, SLOWNESS * (vm.startedTogether ?? 1));
    const watched = { child: vm.child, logPath: vm.logPath, forwards: vm.record.forwards };
    const port = vm.record.forwards.find(({ guest }) => guest === 22)?.host ?? 0;
    const target = vm.keyPath === undefined ? undefined : { port, user: vm.record.loginUser, keyPath: vm.keyPath, connectTimeoutSeconds: CONNECT_SECONDS };
    if (target === undefined) say({ type: 'note', message: 'Your key has a passphrase: watching the VM from outside instead of logging in' });
    const isUp = target === undefined ? () => bannerCame(host, port) : () => loginWorks(host, target);
    await whileItRuns(host, watched, (isOver) => until(host, vm.serialPath, { what: 'SSH', timeoutMs: loginMs, isOver, isDone: isUp }));
    say({ type: 'progress', stage: 'wait', message: 'SSH answers; waiting for cloud-init' });
    const isSettled = target === undefined ? () => consoleSays(host, vm.serialPath, FINISHED) : () => cloudInitDone(host, target, settleMs);
    await whileItRuns(host, watched, (isOver) => until(host, vm.serialPath, { what: 'cloud-init', timeoutMs: settleMs, isOver, isDone: isSettled }));
  },
};

interface Wait {
  readonly what: string;
  readonly timeoutMs: number;
  readonly isOver: () => boolean;
  readonly isDone: () => Promise<boolean>;
}

async function until(host: Host, serialPath: string, { what, timeoutMs, isOver, isDone }: Wait): Promise<void> {
  const startedMs = host.clock.monotonicMs();
  while (!isOver() && !(await isDone())) {
    const lines = consoleLines(await readSerialLog(host, serialPath));
    const failure = bootFailure(lines);
    if (failure !== undefined) throw lost(`The VM${failure.what}`, [failure.line, ...lines.slice(-LAST_LINES)]);
    if (host.clock.monotonicMs() - startedMs > timeoutMs)
      throw lost(`The VM runs, but ${what} was not ready after ${Math.round(timeoutMs / 1000)} s`, lines.slice(-LAST_LINES));
    await host.clock.sleep(POLL_MS);
  }
}

function lost(what: string, details: readonly string[]): BakeError {
  return new BakeError('GUEST_FAILED', {
    what,
    fix: 'Read what it last wrote to its console below; launch without --wait to look at it while it runs',
    details,
  });
}

async function bannerCame(host: Host, port: number): Promise<boolean> {
  return (await host.net.banner(port, CONNECT_SECONDS * 1000))?.startsWith('SSH-') === true;
}

async function loginWorks(host: Host, target: SshTarget): Promise<boolean> {
  return (await runOverSsh(host, target, { command: 'true', timeoutMs: 3 * CONNECT_SECONDS * 1000 })).exitCode === 0;
}

async function cloudInitDone(host: Host, target: SshTarget, timeoutMs: number): Promise<boolean> {
  const { exitCode, stdout, stderr } = await runOverSsh(host, target, { command: 'cloud-init status --wait --long', timeoutMs });
  // 2: done, and something on the way was put right.
  if (exitCode === 0 || exitCode === 2) return true;
  // 255: the connection broke, as it may while the guest still sets itself up.
  if (exitCode === 255 || exitCode === undefined) return false;
  throw new BakeError('GUEST_FAILED', {
    what: 'cloud-init failed in the VM',
    fix: 'Read its status below; launch without --wait to look at the VM while it runs',
    details: `${stdout}\n${stderr}`.trim().split('\n'),
  });
}

async function consoleSays(host: Host, serialPath: string, pattern: RegExp): Promise<boolean> {
  return pattern.test(await readSerialLog(host, serialPath));
}
