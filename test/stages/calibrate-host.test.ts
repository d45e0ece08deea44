import { describe, expect, test } from 'vitest';
import { calibrateHost, slownessNow } from '../../scripts/stages/calibrate-host.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A host that takes these seconds for the reference guest, one run after the other. */
function calibrate(seconds: readonly number[], exitCode = 99) {
  let run = 0;
  const host = fakeHost([{ command: 'qemu-system-x86_64', exitCode, effect: () => host.clock.sleep((seconds[run++] ?? 0) * 1000) }]);
  return calibrateHost.run({ accelerator: 'tcg', scratchDir: host.dir }, contextOf(host));
}

test.each([
  ['busy since then is as slow as it is now', 7.5, 99, 10],
  ['faster than it was keeps what was promised', 0.75, 99, 2],
  ['that cannot be measured any more keeps what was promised', 90, 1, 2],
])('a host %s', async (_what, seconds, exitCode, slowness) => {
  const host = fakeHost([{ command: 'qemu-system-x86_64', exitCode, effect: () => host.clock.sleep(seconds * 1000) }]);
  await expect(slownessNow(host, { accelerator: 'tcg', reason: '', slowness: 2, referenceSeconds: 1.5 }, host.dir)).resolves.toBe(slowness);
});

describe('calibrateHost', () => {
  test('a host like the reference has slowness 1', async () => {
    await expect(calibrate([0.75, 0.7])).resolves.toEqual({ accelerator: 'tcg', reason: 'Emulation was asked for', slowness: 1, referenceSeconds: 0.75 });
  });

  test('the slower run counts', async () => {
    await expect(calibrate([0.75, 3.75])).resolves.toMatchObject({ slowness: 5 });
  });

  test('a host on which no guest runs at all is not ready', async () => {
    await expect(calibrate([0.1], 1)).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
  });
});
