import { expect, test } from 'vitest';
import type { Budget } from '../../scripts/model/budget.ts';
import { watchBoot } from '../../scripts/pipelines/watch-boot.ts';
import { deadlines } from '../../scripts/checks/slowness.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** More samples than any boot of these tests is long. */
const ENDLESS = 20;

/** A boot whose page is good at the first knock, or never. */
function watch(budget: Budget, exitCode = 0) {
  let samples = 0;
  const host = fakeHost([
    { command: 'curl', exitCode },
    {
      command: 'qemu-system-x86_64',
      exitCode: 99,
      effect: () => {
        samples += 1;
        if (samples > ENDLESS) throw new Error('nobody told the reference guest that the boot is over');
      },
    },
  ]);
  const guest = { ...fakeGuest(host), hostPorts: new Map([[80, 40_080]]) };
  const calibration = { accelerator: 'tcg', reason: '', slowness: 1, referenceSeconds: 1 } as const;
  const reference = Promise.withResolvers<string>();
  const say = (event: { readonly type: string; readonly stage?: string }): void => {
    if (event.stage === 'watch-host' && event.type !== 'started') reference.resolve(event.type);
  };
  const context = { ...contextOf(host), say };
  const boot = watchBoot(context, { guest, budget, deadlines: deadlines('tcg', 1), calibration, scratchDir: host.dir });
  return { boot, host, referenceEnded: reference.promise };
}

test('a good answer ends the measure of the host: nobody has to say that the boot is over', async () => {
  const { boot, referenceEnded } = watch({ bootToLogin: { tcg: 100 }, bootToHealth: { tcg: 200 } });
  await expect(referenceEnded).resolves.toBe('finished');
  await expect(boot.end()).resolves.toEqual({ bootToHealth: expect.any(Number), referenceSeconds: expect.any(Number) });
});

test('where only the login is judged, the host is measured until the caller says that the boot is over', async () => {
  const { boot, referenceEnded } = watch({ bootToLogin: { tcg: 100 } });
  await expect(boot.end()).resolves.toEqual({ bootToHealth: undefined, referenceSeconds: expect.any(Number) });
  await expect(referenceEnded).resolves.toBe('finished');
});

test('a page that never comes is waited for no longer than any other question once the guest has booted', async () => {
  const { boot, host } = watch({ bootToHealth: { tcg: 200 } }, 7);
  await expect(boot.end()).resolves.toMatchObject({ bootToHealth: undefined });
  const { probeMs, loginMs } = deadlines('tcg', 1);
  const knocks = host.commands.filter((command) => command.startsWith('curl')).length;
  expect(knocks).toBeGreaterThan(1);
  expect(knocks).toBeLessThanOrEqual(probeMs / 1000 + 2);
  expect(knocks).toBeLessThan(loginMs / 1000);
});
