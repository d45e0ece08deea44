import type { Argv, Host, RunOptions, RunResult } from '../host/host.ts';

/** One login: where, as whom, with which key. */
export interface SshTarget {
  readonly port: number;
  readonly user: string;
  readonly keyPath: string;
  readonly connectTimeoutSeconds: number;
}

/** Options for talking to a VM that was made a minute ago: it has no known host key, and nothing of the user's own set-up may leak in. */
export function sshOptions(connectTimeoutSeconds: number): readonly string[] {
  return [
    ...['-F', '/dev/null'],
    ...['-o', 'BatchMode=yes'],
    ...['-o', 'StrictHostKeyChecking=no'],
    ...['-o', 'UserKnownHostsFile=/dev/null'],
    ...['-o', 'GlobalKnownHostsFile=/dev/null'],
    ...['-o', 'IdentitiesOnly=yes'],
    ...['-o', 'IdentityAgent=none'],
    ...['-o', 'LogLevel=ERROR'],
    ...['-o', 'ServerAliveInterval=15'],
    ...['-o', 'ServerAliveCountMax=8'],
    ...['-o', `ConnectTimeout=${Math.ceil(connectTimeoutSeconds)}`],
  ];
}

/** The command line of one login. The command is one word for the guest's shell. */
export function sshArgv({ port, user, keyPath, connectTimeoutSeconds }: SshTarget, command: string): Argv {
  return ['ssh', ...sshOptions(connectTimeoutSeconds), '-i', keyPath, '-p', String(port), '-l', user, '--', '127.0.0.1', command];
}

/** Runs one command in the VM; a failure is a result (255: ssh itself could not). */
export function runOverSsh(
  host: Host,
  target: SshTarget,
  request: { readonly command: string } & Pick<RunOptions, 'input' | 'timeoutMs' | 'onLine'>,
): Promise<RunResult> {
  const { command, ...options } = request;
  return host.run(sshArgv(target, command), { ...options, reject: false });
}

/** Asks a server which ways to log in it offers, by trying none: they are in `stderr` as `Authentications that can continue`. */
export function askLoginMethods(host: Host, { port, user, connectTimeoutSeconds }: SshTarget, timeoutMs: number): Promise<RunResult> {
  // The first value of an option counts: LogLevel of the common ones would hide the answer.
  const options = ['-o', 'LogLevel=DEBUG1', ...sshOptions(connectTimeoutSeconds), '-o', 'PreferredAuthentications=none', '-o', 'PubkeyAuthentication=no'];
  return host.run(['ssh', ...options, '-p', String(port), '-l', user, '--', '127.0.0.1', 'true'], { reject: false, timeoutMs, contain: true });
}

/** Makes a key pair for one VM: the private half at the path, the public half is returned. */
export async function makeSshKey(host: Host, path: string): Promise<string> {
  await host.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ingot', '-f', path]);
  return (await host.files.readText(`${path}.pub`)).trim();
}
