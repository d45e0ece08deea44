import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';
import type { Stage } from './stage.ts';

export interface HostInstallation {
  /** Whole commands, in order, from the host report. */
  readonly commands: readonly (readonly string[])[];
  /** False: sudo must not ask for a password, because nobody would see the question. */
  readonly attended: boolean;
  /** What each package would bring, a line each. */
  readonly lacking: ReadonlyMap<string, readonly string[]>;
}

const TIMEOUT_MS = 30 * 60 * 1000;
// apt and dnf look at every name before they install the first.
const NO_SUCH_PACKAGE = /Unable to locate package|has no installation candidate|Unable to find a match|No match for argument/i;
const NO_NETWORK = /Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable|Unable to connect/i;

/** Brings what the host lacks, with the host's own package manager and only what was shown before. */
export const installHostPackages: Stage<HostInstallation, void> = {
  name: 'install-host-packages',
  title: 'Install what this host lacks',
  run: async ({ commands, attended, lacking }, { host, say }) => {
    for (const command of commands) {
      const onLine = (message: string): void => say({ type: 'progress', stage: installHostPackages.name, message });
      const argv = attended ? command : withoutQuestions(command);
      const said = await install(host, argv, onLine);
      if (said !== undefined) throw refusal(argv, said, lacking);
    }
  },
};

/** What the package manager says when it fails. */
async function install(host: Host, command: readonly string[], onLine: (line: string) => void): Promise<readonly string[] | undefined> {
  const [program = '', ...args] = command;
  const argv: Argv = [program, ...args];
  const { exitCode, stdout, stderr } = await host.run(argv, { reject: false, timeoutMs: TIMEOUT_MS, onLine });
  return exitCode === 0 ? undefined : (stderr.trim() === '' ? stdout : stderr).trimEnd().split('\n').slice(-20);
}

function refusal(argv: readonly string[], details: readonly string[], lacking: HostInstallation['lacking']): BakeError {
  const unknown = details.filter((line) => NO_SUCH_PACKAGE.test(line)).flatMap((line) => line.split(/[\s'"]+/));
  const notThere = [...lacking.keys()].filter((name) => unknown.includes(name));
  if (notThere.length > 0)
    return new BakeError('HOST_NOT_READY', {
      what: `The host’s package manager does not have ${notThere.join(', ')}`,
      fix: 'Bring what the lines above name in the other way; nothing was installed',
      details: [...notThere.flatMap((name) => lacking.get(name) ?? []), ...details],
    });
  const unreachable = details.some((line) => NO_NETWORK.test(line));
  return new BakeError(unreachable ? 'NETWORK_UNREACHABLE' : 'HOST_NOT_READY', {
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
