import { execa } from 'execa';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sshOptions } from '../../../scripts/tools/ssh.ts';

export interface SessionTarget {
  readonly port: number;
  readonly user: string;
  readonly keyPath: string;
  /** For the socket of the one connection: a short path. */
  readonly dir: string;
  /** How long the VM may take to come back, and anything in it to become true. */
  readonly deadlineMs: number;
}

export interface VmSession {
  /** What a command of the login user printed; one that fails throws with its words. */
  run(command: string): Promise<string>;
  /** Exit status and all words of a command that may fail. */
  attempt(command: string): Promise<{ readonly exitCode: number | undefined; readonly all: string }>;
  put(content: Buffer, path: string): Promise<void>;
  /** Orders a reboot and returns when the next boot has come to its end. */
  reboot(): Promise<void>;
  close(): Promise<void>;
}

/** The firewall lets an address begin five connections within half a minute: one is kept for everything, and few are tried while it is gone. */
const BETWEEN_LOGINS_MS = 8000;

/** One login that a whole test file works through. */
export function openSession(target: SessionTarget): VmSession {
  const socket = ['-S', join(target.dir, `ssh-${target.port}`), '-o', 'ControlMaster=auto', '-o', 'ControlPersist=yes'];
  const argv = [...sshOptions(60), ...socket, '-i', target.keyPath, '-p', String(target.port), '-l', target.user];
  const ssh = (command: string, input?: Buffer) => execa('ssh', [...argv, '--', '127.0.0.1', command], { all: true, reject: false, input: input ?? '' });

  const run = async (command: string, input?: Buffer): Promise<string> => {
    const { exitCode, stdout, all } = await ssh(command, input);
    if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode} in the VM:\n${all}`);
    return stdout.trim();
  };
  const close = async (): Promise<void> => void (await execa('ssh', [...argv, '-O', 'exit', '--', '127.0.0.1'], { reject: false }));

  return {
    run: (command) => run(command),
    attempt: async (command) => {
      const { exitCode, all } = await ssh(command);
      return { exitCode, all };
    },
    put: async (content, path) => void (await run(`cat > '${path}'`, content)),
    reboot: async () => {
      const before = await run('cat /proc/sys/kernel/random/boot_id');
      await ssh('sudo systemctl reboot');
      await close();
      await eventually('another boot', target.deadlineMs, BETWEEN_LOGINS_MS, async () => {
        const { exitCode, stdout } = await ssh('cat /proc/sys/kernel/random/boot_id');
        return exitCode === 0 && stdout.trim() !== before;
      });
      await ssh('systemctl is-system-running --wait');
    },
    close,
  };
}

/** Asks until it is so; the deadline is the machine's own, see the caller. */
export async function eventually(what: string, deadlineMs: number, betweenMs: number, ask: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + deadlineMs;
  while (!(await ask())) {
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${Math.round(deadlineMs / 1000)} s`);
    await sleep(betweenMs);
  }
}
