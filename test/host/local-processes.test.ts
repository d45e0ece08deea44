import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BakeError, interruptedError } from '../../scripts/errors.ts';
import { localRun, localStart } from '../../scripts/host/local-processes.ts';
import { endLeftovers, runNode, sleepsOf, uniqueSleep, until } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const run = localRun(new AbortController().signal, isRoot);
const MODULE = new URL('../../scripts/host/local-processes.ts', import.meta.url).href;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ingot-run-'));
});
afterAll(() => {
  endLeftovers();
  rmSync(dir, { recursive: true, force: true });
});

/** The BakeError that a run ends with. */
async function failure(running: Promise<unknown>): Promise<BakeError> {
  const error = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BakeError) return error;
  throw new Error('expected a BakeError', { cause: error });
}

describe('localRun', () => {
  test('resolves with status and both outputs, without the last line end', async () => {
    expect(await run(['sh', '-c', 'echo out; echo err >&2'])).toEqual({
      argv: ['sh', '-c', 'echo out; echo err >&2'],
      exitCode: 0,
      stdout: 'out',
      stderr: 'err',
      timedOut: false,
    });
  });

  test('gives arguments as they are: no shell looks at them', async () => {
    const hostile = ['$(id)', '; rm -rf /', '"', "'", '', 'a\nb', '*', '-n'];
    const { stdout } = await run(['printf', '%s\\0', ...hostile]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(hostile);
  });

  test('adds to the environment, and starts in the folder that it is told', async () => {
    const { stdout } = await run(['sh', '-c', 'printf "%s %s %s" "$GIVEN" "${PATH:+inherited}" "$PWD"'], { env: { GIVEN: 'a b' }, cwd: dir });
    expect(stdout).toBe(`a b inherited ${dir}`);
  });

  test('gives input, and none unless told', async () => {
    expect((await run(['cat'], { input: 'secret\nlines\n' })).stdout).toBe('secret\nlines');
    expect((await run(['cat'])).stdout).toBe('');
  });

  test('rejects with the status, the last lines of what was said, and the command', async () => {
    const error = await failure(run(['sh', '-c', 'echo lost; seq 1 30 >&2; exit 3']));
    expect(error).toMatchObject({ code: 'TOOL_FAILED', exitStatus: 4, what: 'sh exited with 3' });
    expect(error.details).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 11)));
    expect(error.fix).toContain('sh -c echo lost');
  });

  test('shows standard output when standard error is silent', async () => {
    expect((await failure(run(['sh', '-c', 'echo why; exit 1']))).details).toEqual(['why']);
  });

  test('resolves with any status when that is wanted', async () => {
    expect(await run(['sh', '-c', 'echo o; echo e >&2; exit 3'], { reject: false })).toMatchObject({ exitCode: 3, stdout: 'o', stderr: 'e', timedOut: false });
    expect(await run(['sh', '-c', 'kill -KILL $$'], { reject: false })).toMatchObject({ exitCode: undefined, timedOut: false });
  });

  test('names the signal that ended it', async () => {
    expect(await failure(run(['sh', '-c', 'kill -KILL $$']))).toMatchObject({ code: 'TOOL_FAILED', what: 'sh was ended by SIGKILL' });
  });

  test('knows nothing of secrets in its input when it fails', async () => {
    const error = await failure(run(['sh', '-c', 'cat >/dev/null; exit 1'], { input: 'hunter2' }));
    expect(JSON.stringify([error.what, error.fix, error.details, error.message])).not.toContain('hunter2');
  });

  test.each([
    ['plain', {}],
    ['although any status is wanted', { reject: false }],
    ['contained', { contain: true }],
    ['contained, although any status is wanted', { contain: true, reject: false }],
  ])('says which program is not there: %s', async (_title, options) => {
    expect(await failure(run(['ingot-no-such-program'], options))).toMatchObject({
      code: 'HOST_NOT_READY',
      exitStatus: 3,
      what: 'The program ingot-no-such-program is not on this host',
    });
  });

  test('says in words what is no program', async () => {
    writeFileSync(join(dir, 'text'), 'not a program\n', { mode: 0o644 });
    const error = await failure(run([join(dir, 'text')]));
    expect(error.what).not.toContain('undefined');
  });
});

describe('onLine', () => {
  test.each([
    ['plain', {}],
    ['contained', { contain: true }],
  ])('has had every line when the run ends, also of a large output: %s', async (_title, options) => {
    const lines: string[] = [];
    await run(['seq', '1', '200000'], { ...options, onLine: (line) => lines.push(line) });
    expect(lines).toHaveLength(200_000);
    expect(lines.at(-1)).toBe('200000');
  });

  test('has had every line when the run fails', async () => {
    const lines: string[] = [];
    await run(['sh', '-c', 'seq 1 50000; echo why >&2; exit 4'], { reject: false, onLine: (line) => lines.push(line) });
    expect(lines).toHaveLength(50_001);
    expect(lines.at(-1)).toBe('why');
  });

  test('has had a last line without an end', async () => {
    const lines: string[] = [];
    await run(['printf', 'one\ntwo'], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two']);
  });

  test('hears standard error too, while the program still runs', async () => {
    const gate = join(dir, 'gate');
    const lines: string[] = [];
    const running = run(['sh', '-c', `echo now >&2; until [ -e "$0" ]; do sleep 0.01; done`, gate], { onLine: (line) => lines.push(line) });
    await until(() => lines.length === 1);
    writeFileSync(gate, '');
    await running;
    expect(lines).toEqual(['now']);
  });
});

describe('time-outs and interruptions', () => {
  test('a program that does not end in time is ended', async () => {
    const sleep = uniqueSleep();
    expect(await failure(run(['sleep', sleep], { timeoutMs: 50 }))).toMatchObject({ code: 'TOOL_FAILED', what: 'sleep did not end within 0.05 s' });
    expect(sleepsOf(sleep)).toEqual([]);
    expect(await run(['sleep', uniqueSleep()], { timeoutMs: 50, reject: false })).toMatchObject({ exitCode: undefined, timedOut: true });
  });

  test('contained, everything that it started is ended with it', async () => {
    const sleep = uniqueSleep();
    const script = isRoot ? 'sleep "$0" & wait' : 'exec sleep "$0"';
    expect(await run(['sh', '-c', script, sleep], { timeoutMs: 500, contain: true, reject: false })).toMatchObject({ timedOut: true });
    await until(() => sleepsOf(sleep).length === 0);
  });

  test('the run ends in time even when a grandchild keeps the output open', async () => {
    const late = join(dir, 'late');
    await failure(run(['sh', '-c', '(sleep 2; : >"$0") & wait', late], { timeoutMs: 50 }));
    expect(existsSync(late)).toBe(false);
  });

  test.each([
    ['plain', {}],
    ['although any status is wanted', { reject: false }],
    ['contained', { contain: true }],
  ])('an interruption ends what runs with INTERRUPTED: %s', async (_title, options) => {
    const controller = new AbortController();
    const sleep = uniqueSleep();
    const running = failure(localRun(controller.signal, isRoot)(['sleep', sleep], options));
    await until(() => sleepsOf(sleep).length > 0);
    controller.abort(interruptedError());
    expect(await running).toMatchObject({ code: 'INTERRUPTED', exitStatus: 130, what: 'Interrupted' });
    await until(() => sleepsOf(sleep).length === 0);
  });

  test('starts nothing once it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort(interruptedError());
    expect(await failure(localRun(controller.signal, isRoot)(['touch', join(dir, 'started')]))).toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });
});

describe('contain', () => {
  test('passes status, output, input and folder through', async () => {
    const result = await run(['sh', '-c', 'cat; pwd; echo e >&2; exit 6'], { contain: true, reject: false, input: 'in\n', cwd: dir });
    expect(result).toMatchObject({ exitCode: 6, stdout: `in\n${dir}`, stderr: 'e' });
  });

  test('keeps our own command in errors: the wrapping is no concern of the reader', async () => {
    const error = await failure(run(['sh', '-c', 'exit 2'], { contain: true }));
    expect(error).toMatchObject({ what: 'sh exited with 2' });
    expect(error.fix).not.toContain('unshare');
  });

  test.runIf(isRoot)('as root: sees only its own processes, and mounts that nobody else sees', async () => {
    const script = 'echo $$; mount -t tmpfs ingot-test "$0" && : >"$0/inside"; ls /proc | grep -c "^[0-9]"';
    const { stdout } = await run(['sh', '-c', script, dir], { contain: true });
    const [pid, processes] = stdout.split('\n').map(Number);
    expect(pid).toBe(1);
    expect(processes).toBeLessThan(6);
    expect(existsSync(join(dir, 'inside'))).toBe(false);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('ingot-test');
  });

  test.runIf(isRoot)('as root: what it left behind is gone when the run has ended', async () => {
    const sleep = uniqueSleep();
    const { stdout } = await run(['sh', '-c', 'sleep "$0" >/dev/null 2>&1 & setsid sleep "$0" >/dev/null 2>&1 & echo started', sleep], { contain: true });
    expect(stdout).toBe('started');
    await until(() => sleepsOf(sleep).length === 0);
  });

  test('dies with us, also when we are killed', async () => {
    const sleep = uniqueSleep();
    const script = isRoot ? 'sleep "$0" & wait' : 'exec sleep "$0"';
    const parent = runNode(`import { localRun } from ${JSON.stringify(MODULE)};
      await localRun(new AbortController().signal, ${isRoot})(['sh', '-c', ${JSON.stringify(script)}, '${sleep}'], { contain: true });`);
    await parent.until(() => sleepsOf(sleep).length > 0);
    parent.killHard();
    await until(() => sleepsOf(sleep).length === 0);
  });
});

describe('localStart', () => {
  const start = localStart();

  test('tells how a program ended, and what it said', async () => {
    const child = start(['sh', '-c', 'echo trouble >&2; exit 5']);
    expect(child.pid).toBeGreaterThan(0);
    expect(await child.ended).toEqual({ exitCode: 5, signal: undefined, stderr: 'trouble\n' });
  });

  test('appends both outputs to a log', async () => {
    const logPath = join(dir, 'log');
    writeFileSync(logPath, 'before\n');
    await start(['sh', '-c', 'echo out; echo err >&2; pwd; echo $GIVEN'], { logPath, cwd: '/', env: { GIVEN: 'x y' } }).ended;
    expect(readFileSync(logPath, 'utf8')).toBe('before\nout\nerr\n/\nx y\n');
  });

  test('ends it when asked', async () => {
    const child = start(['sleep', uniqueSleep()]);
    child.kill();
    expect(await child.ended).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' });
    const stubborn = start(['sleep', uniqueSleep()]);
    stubborn.kill('SIGKILL');
    expect(await stubborn.ended).toMatchObject({ signal: 'SIGKILL' });
  });

  test.each([{ detached: false }, { detached: true }])('never rejects when there is no such program: %o', async (options) => {
    const { exitCode, stderr } = await start(['ingot-no-such-program'], options).ended;
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('ingot-no-such-program');
  });

  test('a child dies with us, a detached one does not', async () => {
    const [bound, detached] = [uniqueSleep(), uniqueSleep()];
    const parent = runNode(`import { localStart } from ${JSON.stringify(MODULE)};
      localStart()(['sleep', '${bound}']);
      localStart()(['sleep', '${detached}'], { detached: true, logPath: '/dev/null' });
      setInterval(() => undefined, 1000);`);
    await parent.until(() => sleepsOf(bound).length > 0 && sleepsOf(detached).length > 0);
    parent.killHard();
    await until(() => sleepsOf(bound).length === 0);
    const [survivor, ...others] = sleepsOf(detached);
    expect(others).toEqual([]);
    expect(survivor).toBeDefined();
    process.kill(survivor ?? 0, 'SIGKILL');
  });
});
