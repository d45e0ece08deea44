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
});
