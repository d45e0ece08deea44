import { expect, test } from 'vitest';
import { refuseOther } from '../../../../scripts/dev/bench/measures/config.ts';

test('one line costs the configuration, the seal and the finished disk', () => {
  expect(() => refuseOther(['indexes', 'configure', 'sealed', 'finish'], false)).not.toThrow();
});

test('a change that makes packages again is not that measurement', () => {
  expect(() => refuseOther(['indexes', 'packages', 'compact', 'configure', 'sealed', 'finish'], false)).toThrow(/packages, compact/);
});

test('a change that changes nothing is none', () => {
  expect(() => refuseOther(['indexes', 'finish'], true)).toThrow(/left the disk as it was/);
});
