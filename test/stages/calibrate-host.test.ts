import { describe, expect, test } from 'vitest';
import { calibrateHost } from '../../scripts/stages/calibrate-host.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A host that takes these seconds for the reference guest, one run after the other. */
function calibrate(seconds: readonly number[], exitCode = 99) {
  let run = 0;
  const host = fakeHost([{ command: 'qemu-system-x86_64', exitCode, effect: () => host.clock.sleep((seconds[run++] ?? 0) * 1000) }]);
  return calibrateHost.run({ accelerator: 'tcg', scratchDir: host.dir }, contextOf(host));
}

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
