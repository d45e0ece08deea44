import { cpus } from 'node:os';
import { describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';

const here = (interrupted = new AbortController().signal): ReturnType<typeof localHost> =>
  localHost({ interrupted, projectDir: '/project', env: { ONLY: 'this' } });

describe('localHost', () => {
  test('says what the machine is, and nothing of the environment but what it was given', () => {
    const { facts } = here();
    expect(facts).toMatchObject({ platform: process.platform, cpus: cpus().length, pid: process.pid, projectDir: '/project', env: { ONLY: 'this' } });
    expect(facts.isRoot).toBe(process.getuid?.() === 0);
    expect(facts.memoryMiB).toBeGreaterThan(0);
  });

  test('runs programs', async () => {
    expect((await here().run(['echo', 'hi'])).stdout).toBe('hi');
  });

  test('has a clock that does not go back, and one for dates', async () => {
    const { clock } = here();
    const before = clock.monotonicMs();
    await clock.sleep(1);
    expect(clock.monotonicMs()).toBeGreaterThan(before);
    expect(clock.now()).toBeInstanceOf(Date);
  });

  test('sleep ends with INTERRUPTED when the host is interrupted, also before it began', async () => {
    const controller = new AbortController();
    const { clock } = here(controller.signal);
    const sleeping = clock.sleep(60_000);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ code: 'INTERRUPTED', exitStatus: 130 });
    await expect(clock.sleep(60_000)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('pause takes its time, also when the host is interrupted', async () => {
    const { clock } = here(AbortSignal.abort());
    const before = clock.monotonicMs();
    await clock.pause(20);
    expect(clock.monotonicMs() - before).toBeGreaterThan(15);
  });

  test('signals reach a process, also when the host is interrupted; one that is gone is no error', async () => {
    const host = here(AbortSignal.abort());
    const child = host.start(['sleep', '600'], { detached: true, logPath: '/dev/null' });
    host.sendSignal(child.pid, 'SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(() => host.sendSignal(child.pid, 'SIGTERM')).not.toThrow();
  });
});
