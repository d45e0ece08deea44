import { bootFailure } from '../checks/boot-failure.ts';
import { consoleLines } from '../checks/console-lines.ts';
import type { Child, Host } from '../host/host.ts';
import { readSerialLog } from '../tools/serial-log.ts';
import { runOverSsh } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import { lostGuest } from './lost-guest.ts';
import type { Stage } from './stage.ts';
import { howItEnded } from './vm-end.ts';

export interface WaitInput {
  readonly guest: RunningGuest;
  readonly deadlineMs: number;
  /** Where in the serial log this boot begins. */
  readonly fromByte?: number;
  /** A boot that the guest must have left behind. */
  readonly previousBootId?: string;
}

export interface Login {
  /** The guest's own name for this boot. */
  readonly bootId: string;
}

const POLL_MS = 1000;

/** Waits for a real login, and ends at once when the VM dies or its console says that it never will come up. */
export const waitForSsh: Stage<WaitInput, Login> = {
  name: 'wait-for-ssh',
  title: 'Wait for the first login',
  run: (input, { host }) => firstLogin(input, host),
};

/** The same wait, for stages that cause a boot themselves. */
export async function firstLogin(input: WaitInput, host: Host): Promise<Login> {
  const { guest, deadlineMs } = input;
  const untilMs = host.clock.monotonicMs() + deadlineMs;
  const watch: { end?: Awaited<Child['ended']>; answered: string } = { answered: '' };
  const died = guest.child.ended.then((end) => (watch.end = end));
  for (;;) {
    const attempt = await Promise.race([tryLogin(input, host), died.then(() => undefined)]);
    const lines = await consoleOf(input, host);
    if (watch.end !== undefined) throw lostGuest(howItEnded(watch.end), lines, watch.end.stderr.trim().split('\n').slice(-5));
    if (typeof attempt === 'object') return attempt;
    watch.answered = attempt ?? watch.answered;
    const failure = bootFailure(lines);
    if (failure !== undefined) throw lostGuest(`The guest${failure.what}`, lines, [failure.line]);
    if (host.clock.monotonicMs() > untilMs) throw lostGuest(silence(input, { lines, answered: watch.answered }), lines);
    await Promise.race([host.clock.sleep(POLL_MS), died]);
  }
}

/** A login, or what sshd said instead of letting us in; empty while nobody answers. */
async function tryLogin({ guest, previousBootId }: WaitInput, host: Host): Promise<Login | string> {
  const { port, connectTimeoutSeconds } = guest.ssh;
  // QEMU takes the connection at once and repeats it to a guest that is not there yet ever more seldom: better to ask anew.
  const banner = await host.net.banner(port, connectTimeoutSeconds * 250);
  if (banner?.startsWith('SSH-') !== true) return '';
  const { exitCode, stdout, stderr } = await runOverSsh(host, guest.ssh, {
    command: 'cat /proc/sys/kernel/random/boot_id',
    timeoutMs: connectTimeoutSeconds * 3000,
  });
  const bootId = stdout.trim();
  if (exitCode !== 0 || bootId === '') return stderr.trim().split('\n').at(-1) || 'no answer';
  return bootId === previousBootId ? '' : { bootId };
}

/** Three clocks, told apart: the console, the port, the key. */
function silence({ guest, deadlineMs }: WaitInput, { lines, answered }: { readonly lines: readonly string[]; readonly answered: string }): string {
  const time = `within ${Math.round(deadlineMs / 1000)} s`;
  if (answered !== '') return `The guest's SSH server answers, but did not let ${guest.ssh.user} in with the key of this run ${time}: ${answered}`;
  if (lines.length === 0) return `The guest wrote nothing to its serial console and answered nobody ${time}`;
  return `The guest's console is alive, but nothing answered on its SSH port ${time}`;
}

async function consoleOf({ guest, fromByte }: WaitInput, host: Host): Promise<readonly string[]> {
  return consoleLines(await readSerialLog(host, guest.vm.serialPath, fromByte));
}
