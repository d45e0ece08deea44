import { agentSetup, answerEnd, type AgentRequest } from '../checks/saboteur-agent.ts';
import { cleanText } from '../checks/console-lines.ts';
import { BakeError } from '../errors.ts';
import { openDialogue, type Dialogue } from '../tools/serial-dialogue.ts';
import { runOverSsh } from '../tools/ssh.ts';
import { SECOND_SERIAL, type RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

export interface AgentInput extends AgentRequest {
  readonly guest: RunningGuest;
  readonly timeoutMs: number;
}

/** Leaves a guest that takes orders by its second serial line. The line is the caller's: it is closed with the caller's scope. */
export const installSaboteurAgent: Stage<AgentInput, Dialogue> = {
  name: 'install-saboteur-agent',
  title: 'Wait until the guest has booted, and let it take orders',
  run: async ({ guest, timeoutMs, ...request }, { host, scope }) => {
    const { exitCode, stderr } = await runOverSsh(host, guest.ssh, { command: 'sudo -n bash -s', input: agentSetup(request), timeoutMs });
    if (exitCode !== 0) throw notInstalled(exitCode, stderr);
    const dialogue = await openDialogue(host.clock, `/proc/${guest.child.pid}/cwd/${SECOND_SERIAL}`, answerEnd(request.nonce));
    scope.always('leave the second serial line', () => dialogue.close());
    return dialogue;
  },
};

function notInstalled(exitCode: number | undefined, stderr: string): BakeError {
  const details = stderr.trim().split('\n').slice(-10);
  return new BakeError('GUEST_FAILED', {
    what: `The guest could not be made to take orders (exit status ${exitCode ?? 'none'})`,
    fix: 'The login user must be able to use sudo without a password; verify the image first: `npm run verify`',
    details: details.map((line) => cleanText(line, 300)),
  });
}
