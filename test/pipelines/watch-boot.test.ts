import { expect, test } from 'vitest';
import type { Budget } from '../../scripts/model/budget.ts';
import { watchBoot } from '../../scripts/pipelines/watch-boot.ts';
import { deadlines } from '../../scripts/checks/slowness.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** More samples than any boot of these tests is long. */
const ENDLESS = 20;

/** A boot whose page is good at the first knock. */
function watch(budget: Budget) {
  let samples = 0;
  const host = fakeHost([
    { command: 'curl' },
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
  return { boot, referenceEnded: reference.promise };
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
