import { serialLogSize } from '../tools/serial-log.ts';
import { runOverSsh } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';
import { firstLogin, type Login } from './wait-for-ssh.ts';

export interface RebootInput {
  readonly guest: RunningGuest;
  readonly bootId: string;
  readonly deadlineMs: number;
}

/** Reboots through the guest itself, and believes it only when the guest names another boot. */
export const rebootVm: Stage<RebootInput, Login> = {
  name: 'reboot-vm',
  title: 'Reboot',
  run: async ({ guest, bootId, deadlineMs }, { host }) => {
    const fromByte = await serialLogSize(host, guest.vm.serialPath);
    // The connection may break before the command has said that it worked.
    await runOverSsh(host, guest.ssh, { command: 'sudo -n systemctl reboot', timeoutMs: deadlineMs });
    return firstLogin({ guest, deadlineMs, fromByte, previousBootId: bootId }, host);
  },
};
