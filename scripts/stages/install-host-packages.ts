import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';
import type { Stage } from './stage.ts';

export interface HostInstallation {
  /** Whole commands, in order, from the host report. */
  readonly commands: readonly (readonly string[])[];
  /** False: sudo must not ask for a password, because nobody would see the question. */
  readonly attended: boolean;
}

const TIMEOUT_MS = 30 * 60 * 1000;
const NO_NETWORK = /Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable|Unable to connect/i;

/** Brings what the host lacks, with the host's own package manager and only what was shown before. */
export const installHostPackages: Stage<HostInstallation, void> = {
  name: 'install-host-packages',
  title: 'Install what this host lacks',
  run: async ({ commands, attended }, { host, say }) => {
    for (const command of commands) {
      const onLine = (message: string): void => say({ type: 'progress', stage: installHostPackages.name, message });
      await install(host, attended ? command : withoutQuestions(command), onLine);
    }
  },
};

async function install(host: Host, command: readonly string[], onLine: (line: string) => void): Promise<void> {
  const [program = '', ...args] = command;
  const argv: Argv = [program, ...args];
  const { exitCode, stdout, stderr } = await host.run(argv, { reject: false, timeoutMs: TIMEOUT_MS, onLine });
  if (exitCode === 0) return;
  const details = (stderr.trim() === '' ? stdout : stderr).trimEnd().split('\n').slice(-20);
  const unreachable = details.some((line) => NO_NETWORK.test(line));
  throw new BakeError(unreachable ? 'NETWORK_UNREACHABLE' : 'HOST_NOT_READY', {
    what: unreachable ? 'The package servers of this host cannot be reached' : 'The host’s package manager did not install what is missing',
    fix: unreachable
      ? `Check the network or the package sources of this host, then run: ${argv.join(' ')}`
      : `Put right what the lines above say, then run: ${argv.join(' ')}`,
    details,
  });
}

function withoutQuestions(command: readonly string[]): readonly string[] {
  return command[0] === 'sudo' ? ['sudo', '-n', ...command.slice(1)] : command;
}
