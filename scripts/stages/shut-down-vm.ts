import { consoleLines } from '../checks/console-lines.ts';
import { BakeError } from '../errors.ts';
import { readSerialLog } from '../tools/serial-log.ts';
import { runOverSsh } from '../tools/ssh.ts';
import type { Child, Host } from '../host/host.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 200;

/** Powers the guest off the way its owner would, and waits until the VM has ended by itself. */
export const shutDownVm: Stage<{ readonly guest: RunningGuest; readonly deadlineMs: number }, void> = {
  name: 'shut-down-vm',
  title: 'Power off',
  run: async ({ guest, deadlineMs }, { host }) => {
    await runOverSsh(host, guest.ssh, { command: 'sudo -n systemctl poweroff', timeoutMs: deadlineMs });
    const end = await endWithin(guest, deadlineMs, host);
    if (end?.exitCode === 0) return;
    const lines = consoleLines(await readSerialLog(host, guest.vm.serialPath)).slice(-15);
    const what =
      end === undefined
        ? `The guest did not power off within ${Math.round(deadlineMs / 1000)} s`
        : `The VM ended badly while it powered off (exit status ${end.exitCode ?? 'none'})`;
    throw new BakeError('GUEST_FAILED', { what, fix: 'Read the last console lines below: a unit that does not stop is named there', details: lines });
  },
};

/** In short sleeps: a long one would keep the process waiting after the VM has gone. */
async function endWithin({ child }: RunningGuest, deadlineMs: number, { clock }: Host): Promise<Awaited<Child['ended']> | undefined> {
  const watch: { end?: Awaited<Child['ended']> } = {};
  void child.ended.then((end) => (watch.end = end));
  const untilMs = clock.monotonicMs() + deadlineMs;
  while (watch.end === undefined && clock.monotonicMs() < untilMs) await clock.sleep(POLL_MS);
  return watch.end;
}
