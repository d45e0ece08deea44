import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { execa, ExecaError, type Options } from 'execa';
import { BakeError, interruptedError } from '../errors.ts';
import { bound, contained } from './containment.ts';
import type { Argv, Child, Run, RunOptions, RunResult, SendSignal, Start } from './host.ts';

const TAIL_LINES = 20;

/** Runs programs to their end; all of them are ended when the signal aborts. */
export function localRun(interrupted: AbortSignal, isRoot: boolean): Run {
  return async (argv, options = {}) => {
    interrupted.throwIfAborted();
    const [file, ...rest] = options.contain === true ? contained(argv, isRoot) : argv;
    const subprocess = execa(file, rest, execaOptions(options, interrupted));
    const reported = options.onLine === undefined ? undefined : reportLines(subprocess.iterable({ from: 'all' }), options.onLine);
    subprocess.once('exit', () => {
      // What it left behind may hold its output open: nobody waits for that once the program itself had to be ended.
      if (subprocess.killed) for (const stream of [subprocess.stdout, subprocess.stderr, subprocess.all]) stream?.destroy();
    });
    try {
      const { exitCode, stdout, stderr } = await subprocess;
      await reported;
      return { argv, exitCode, stdout: textOf(stdout), stderr: textOf(stderr), timedOut: false };
    } catch (error) {
      await reported;
      return resultOf(argv, options, error, interrupted);
    }
  };
}

/** Starts programs that work beside us. */
export function localStart(): Start {
  return (argv, options = {}) => {
    const [file, ...rest] = options.detached === true ? argv : bound(argv);
    const log = options.logPath === undefined ? 'ignore' : openSync(options.logPath, 'a');
    const child = spawn(file, rest, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      detached: options.detached === true,
      stdio: ['ignore', log, log === 'ignore' ? 'pipe' : log],
    });
    if (typeof log === 'number') closeSync(log);
    if (options.detached === true) child.unref();
    return childOf(child);
  };
}

/** Ends processes that are not our children. */
export const localSendSignal: SendSignal = (pid, signal) => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
};

function execaOptions(options: RunOptions, interrupted: AbortSignal): Options & { readonly all: true } {
  return {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    all: true,
    cancelSignal: interrupted,
    // A contained program has nothing to tidy up: its namespaces go with it.
    killSignal: options.contain === true ? 'SIGKILL' : 'SIGTERM',
    forceKillAfterDelay: 5000,
    maxBuffer: 256 * 1024 * 1024,
  };
}

async function reportLines(lines: AsyncIterable<unknown>, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) onLine(String(line));
  } catch {
    // The run itself reports how the program ended.
  }
}

function resultOf(argv: Argv, options: RunOptions, error: unknown, interrupted: AbortSignal): RunResult {
  if (interrupted.aborted) throw interruptedError(error);
  if (!(error instanceof ExecaError)) throw error;
  if (isMissing(error)) throw notFound(argv[0], error);
  const result: RunResult = { argv, exitCode: error.exitCode, stdout: textOf(error.stdout), stderr: textOf(error.stderr), timedOut: error.timedOut };
  if (options.reject === false) return result;
  const spoken = result.stderr.trim() === '' ? result.stdout : result.stderr;
  throw new BakeError('TOOL_FAILED', {
    what: `${argv[0]} ${howItEnded(error, options)}`,
    fix: `Read the lines below; the command was: ${argv.join(' ')}`,
    details: spoken.trimEnd().split('\n').slice(-TAIL_LINES),
    cause: error,
  });
}

/** Contained, it is the wrapper that does not find the program. */
function isMissing({ code, exitCode, stderr }: ExecaError): boolean {
  if (exitCode === undefined) return code === 'ENOENT';
  return exitCode === 127 && /^(?:setpriv|unshare): failed to execute .*: No such file or directory$/m.test(textOf(stderr));
}

function howItEnded(error: ExecaError, options: RunOptions): string {
  if (error.timedOut) return `did not end within ${(options.timeoutMs ?? 0) / 1000} s`;
  if (error.exitCode === undefined && error.signal === undefined) return `could not be started: ${error.originalMessage ?? error.shortMessage}`;
  if (error.signal !== undefined) return `was ended by ${error.signal}`;
  return `exited with ${error.exitCode}`;
}

function notFound(program: string, cause: unknown): BakeError {
  return new BakeError('HOST_NOT_READY', {
    what: `The program ${program} is not on this host`,
    fix: 'Run `npm run doctor` to see what is missing and how to get it',
    cause,
  });
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : '';
}

function childOf(child: ReturnType<typeof spawn>): Child {
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-64 * 1024);
  });
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: undefined, signal: undefined, stderr: error.message }));
    child.once('close', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, stderr }));
  });
  return { pid: child.pid ?? 0, ended, kill: (signal = 'SIGTERM') => void child.kill(signal) };
}
