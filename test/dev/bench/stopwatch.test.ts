import { expect, test } from 'vitest';
import { cpuSecondsOf, timed } from '../../../scripts/dev/bench/stopwatch.ts';
import { fakeHost } from '../../support/fake-host.ts';

test('CPU is that of the process and of the children that it waited for, whatever the name holds', () => {
  const stat = '42 (a b) c) S 1 42 42 0 -1 4194304 2001 3002 0 0 110 20 3000 400 20 0 11 0 9 1 2';
  expect(cpuSecondsOf(stat)).toBeCloseTo(35.3);
  expect(cpuSecondsOf('nonsense')).toBeNull();
});

test('work is timed by the clock of its host', async () => {
  const host = fakeHost();
  const lap = await timed(host, async () => {
    await host.clock.sleep(2500);
    return 'made';
  });
  expect(lap).toMatchObject({ value: 'made', seconds: 2.5 });
});
