import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { interruptedError } from '../../scripts/errors.ts';
import { endProcess, signalProcess } from '../../scripts/store/end-process.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { identify, isAlive, type ProcessIdentity } from '../../scripts/store/process-identity.ts';

const host = localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: {} });
const started: ReturnType<typeof spawn>[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A shell that does this on SIGTERM; it is ready when it has said so. */
async function shell(onTerm: string): Promise<ProcessIdentity> {
  const child = spawn('bash', ['-c', `trap '${onTerm}' TERM; echo ready; while :; do read -r line; done`], { stdio: ['pipe', 'pipe', 'ignore'] });
  started.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const identity = await identify(host, child.pid ?? 0);
  if (identity === undefined) throw new Error('the shell runs');
  return identity;
}

describe('endProcess', () => {
  test('asks first', async () => {
    const identity = await shell('exit 0');
    expect(await endProcess(host, identity, 60_000)).toBe(true);
    expect(await isAlive(host, identity)).toBe(false);
  });

  test('kills what does not listen', async () => {
    const identity = await shell(':');
    expect(await endProcess(host, identity, 300)).toBe(true);
    expect(await isAlive(host, identity)).toBe(false);
  });

  test.each(['exit 0', ':'])('ends it also when we are interrupted: %s', async (onTerm) => {
    const identity = await shell(onTerm);
    const interrupted = localHost({ interrupted: AbortSignal.abort(interruptedError()), projectDir: '/nowhere', env: {} });
    expect(await endProcess(interrupted, identity, 300)).toBe(true);
    expect(await isAlive(host, identity)).toBe(false);
  });

  test('leaves the next owner of the pid alone', async () => {
    const identity = await shell('exit 0');
    await signalProcess(host, { ...identity, startTime: '1' }, 'SIGKILL');
    expect(await isAlive(host, identity)).toBe(true);
  });
});

test('killDetached comes to its end in a process that nothing else keeps alive, also when it is interrupted', async () => {
  const module = (path: string): string => JSON.stringify(join(process.cwd(), 'scripts', path));
  const program = `
    import { localHost } from ${module('host/local-host.ts')};
    import { killDetached } from ${module('store/end-process.ts')};
    const interruption = new AbortController();
    const host = localHost({ interrupted: interruption.signal, projectDir: '/nowhere', env: {} });
    const child = host.start(['sleep', '600'], { detached: true, logPath: '/dev/null' });
    interruption.abort();
    await killDetached(host, child);
    console.log(child.pid, 'gone');`;
  const child = spawn(join(process.cwd(), 'node_modules/.bin/node'), ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(said).toMatch(/^\d+ gone\n$/);
  expect(await identify(host, Number.parseInt(said, 10))).toBeUndefined();
});
