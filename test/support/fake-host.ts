import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Argv, Child, Host, HostMachine, RunOptions, RunResult } from '../../scripts/host/host.ts';
import { localFiles } from '../../scripts/host/local-files.ts';
import { BakeError } from '../../scripts/errors.ts';

/** An answer to a command: matched by the start of the joined argv, or by a pattern. */
export interface Answer {
  readonly command: string | RegExp;
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** True: it did not end within the caller's limit, and has no exit status. */
  readonly timedOut?: boolean;
  /** Does what the real program would do to the file system. */
  readonly effect?: (argv: Argv, options: RunOptions) => Promise<void> | void;
}

export interface FakeHost extends Host {
  /** Every command that was run or started, in order. */
  readonly commands: string[];
  readonly slept: number[];
  /** A fresh folder of this host. */
  readonly dir: string;
}

const made: string[] = [];
afterAll(() => made.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

/** A host with a table of command → result and a temporary folder; a command that is not in the table fails the test. */
export function fakeHost(answers: readonly Answer[] = [], facts: Partial<HostMachine> = {}): FakeHost {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-test-'));
  made.push(dir);
  const commands: string[] = [];
  const slept: number[] = [];
  let nowMs = 0;
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    nowMs += ms;
    return Promise.resolve();
  };
  const answerTo = (argv: Argv): Answer => {
    const line = argv.join(' ');
    commands.push(line);
    const answer = answers.find(({ command }) => (typeof command === 'string' ? line.startsWith(command) : command.test(line)));
    if (answer === undefined) throw new Error(`FakeHost has no answer to: ${line}`);
    return answer;
  };
  return {
    commands,
    slept,
    dir,
    run: async (argv, options = {}): Promise<RunResult> => {
      const answer = answerTo(argv);
      await answer.effect?.(argv, options);
      const timedOut = answer.timedOut === true;
      const result = { argv, exitCode: timedOut ? undefined : (answer.exitCode ?? 0), stdout: answer.stdout ?? '', stderr: answer.stderr ?? '', timedOut };
      for (const line of result.stdout.split('\n')) options.onLine?.(line);
      if (result.exitCode === 0 || options.reject === false) return result;
      throw new BakeError('TOOL_FAILED', { what: `${argv[0]} exited with ${result.exitCode}`, fix: argv.join(' '), details: [result.stderr] });
    },
    start: (argv): Child => {
      const answer = answerTo(argv);
      return { pid: 4242, ended: Promise.resolve({ exitCode: answer.exitCode ?? 0, signal: undefined, stderr: answer.stderr ?? '' }), kill: () => undefined };
    },
    sendSignal: (pid, signal) => {
      throw new Error(`FakeHost sends no ${signal} to ${pid}`);
    },
    files: localFiles,
    clock: {
      monotonicMs: () => nowMs,
      now: () => new Date(Date.UTC(2026, 10, 22) + nowMs),
      ...{ sleep, pause: sleep },
    },
    net: {
      freePort: () => Promise.resolve(40_022),
      fetch: (url) => Promise.reject(new Error(`FakeHost does not reach ${url}`)),
      banner: () => Promise.resolve('SSH-2.0-OpenSSH_9.2'),
    },
    interrupted: new AbortController().signal,
    facts: {
      platform: 'linux',
      arch: 'x64',
      cpus: 2,
      memoryMiB: 8192,
      isRoot: true,
      userName: 'root',
      homeDir: dir,
      pid: 1,
      // A real signature needs a real ssh-keygen: the tests of signing ask for one.
      env: { INGOT_SIGNING_KEY: 'none' },
      projectDir: dir,
      ...facts,
    },
  };
}

/** The same host with a disk that refuses what is added to a file once the first bytes have come. */
export function refusing<Machine extends Host>(host: Machine, error: Error): Machine {
  const appendBytes: Host['files']['appendBytes'] = async (_path, chunks) => {
    for await (const { length } of chunks) if (length > 0) throw error;
  };
  return { ...host, files: { ...host.files, appendBytes } };
}
