import { expect, test } from 'vitest';
import { watchHost } from '../../scripts/stages/watch-host.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A host that takes these seconds for the reference guest, until they are used up; a run that takes none does not finish. */
function watch(seconds: readonly number[]) {
  let run = 0;
  const host = fakeHost([{ command: 'qemu-system-x86_64', exitCode: 99, effect: () => host.clock.sleep((seconds[run++] ?? 0) * 1000) }]);
  const calibration = { accelerator: 'tcg', reason: '', slowness: 1, referenceSeconds: 1 } as const;
  return watchHost.run({ calibration, scratchDir: host.dir, isOver: () => run >= seconds.length }, contextOf(host));
}

test('a host that was busy during the boot is told by what it was then', async () => {
  await expect(watch([4, 4, 3])).resolves.toBe(3);
});

test('a boot that is over at once leaves the measure from before', async () => {
  await expect(watch([])).resolves.toBe(1);
});
