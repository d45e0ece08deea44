import { bootFailure } from '../checks/boot-failure.ts';
import { consoleLines } from '../checks/console-lines.ts';
import type { Child } from '../host/host.ts';
import type { Qmp } from '../tools/qmp.ts';
import { readSerialLog, serialLogSize } from '../tools/serial-log.ts';
import { runOverSsh } from '../tools/ssh.ts';
import { bootAgain, type RunningGuest } from './boot-vm.ts';
import { lostGuest } from './lost-guest.ts';
import type { Context, Stage } from './stage.ts';
import { howItEnded } from './vm-end.ts';
import { firstLogin, type Login } from './wait-for-ssh.ts';

export interface RebootInput {
  readonly guest: RunningGuest;
  readonly bootId: string;
  readonly deadlineMs: number;
  readonly slowness: number;
  /** Told of the machine as soon as it is started again: one that never lets anybody in has to be asked and ended, too. */
  readonly onStart?: (guest: RunningGuest) => void;
}

export interface Rebooted extends Login {
  /** The machine as it runs now: behind other ports, where it was started again. It lives as long as the scope. */
  readonly guest: RunningGuest;
}

/** Reboots through the guest itself, and believes it only when the guest names another boot. */
export const rebootVm: Stage<RebootInput, Rebooted> = {
  name: 'reboot-vm',
  title: 'Reboot',
  run: async (input, context) => {
    const { guest, bootId, deadlineMs, slowness } = input;
    const { host } = context;
    const fromByte = await serialLogSize(host, guest.vm.serialPath);
    const goesDown = guest.vm.accelerator === 'tcg' && (await resetEndsVm(guest.qmp));
    // The connection may break before the command has said that it worked.
    await runOverSsh(host, guest.ssh, { command: 'sudo -n systemctl reboot', timeoutMs: deadlineMs });
    if (!goesDown) return { guest, ...(await firstLogin({ guest, deadlineMs, fromByte, previousBootId: bootId }, host)) };
    await untilItReset({ ...input, fromByte }, context);
    const again = await bootAgain(guest, slowness, context);
    input.onStart?.(again);
    return { guest: again, ...(await firstLogin({ guest: again, deadlineMs, fromByte, previousBootId: bootId }, host)) };
  },
};

/**
 * Makes the guest's reset the end of its QEMU, whose place a new one takes. An emulator that goes on with the code that it translated for the boot
 * before may take several times as long for the next: each write into memory that once held code looks for it there. A QEMU before 6.0 cannot.
 */
function resetEndsVm(qmp: Qmp): Promise<boolean> {
  return qmp.execute('set-action', { reboot: 'shutdown' }).then(
    () => true,
    () => false,
  );
}

const POLL_MS = 200;

/** A guest that powers itself off, or is ended, has not rebooted: QEMU knows which it was. */
async function untilItReset({ guest, deadlineMs, fromByte }: RebootInput & { readonly fromByte: number }, { host }: Context): Promise<void> {
  const untilMs = host.clock.monotonicMs() + deadlineMs;
  const watch: { end?: Awaited<Child['ended']> } = {};
  const ended = guest.child.ended.then((end) => (watch.end = end));
  for (;;) {
    const { end } = watch;
    const lines = consoleLines(await readSerialLog(host, guest.vm.serialPath, fromByte));
    const failure = bootFailure(lines);
    if (failure !== undefined) throw lostGuest(`The guest${failure.what}`, lines, [failure.line]);
    if (end !== undefined) {
      const reason = await guest.qmp.shutdownReason;
      if (end.exitCode === 0 && reason === 'guest-reset') return;
      throw lostGuest(
        reason === 'guest-shutdown' ? 'The guest was to reboot, and powered itself off' : howItEnded(end),
        lines,
        end.stderr.trim().split('\n').slice(-5),
      );
    }
    if (host.clock.monotonicMs() > untilMs) throw lostGuest(`The guest did not go down for its reboot within ${Math.round(deadlineMs / 1000)} s`, lines);
    await Promise.race([host.clock.sleep(POLL_MS), ended]);
  }
}
