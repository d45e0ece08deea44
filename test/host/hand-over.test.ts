import { describe, expect, test } from 'vitest';
import { handOver } from '../../scripts/host/hand-over.ts';

describe('handOver', () => {
  test('resolves with the exit status of the program', async () => {
    expect(await handOver(['sh', '-c', 'exit 7'])).toBe(7);
    expect(await handOver(['true'])).toBe(0);
  });

  test('gives the arguments as they are', async () => {
    expect(await handOver(['sh', '-c', 'test "$1" = \'$(exit 9) "x"\'', 'sh', '$(exit 9) "x"'])).toBe(0);
  });

  test('says that a signal ended it', async () => {
    expect(await handOver(['sh', '-c', 'kill -TERM $$'])).toBeGreaterThanOrEqual(128);
  });

  test('names a program that is not there', async () => {
    await expect(handOver(['ingot-no-such-program'])).rejects.toMatchObject({
      code: 'HOST_NOT_READY',
      what: 'The program ingot-no-such-program cannot be run on this host',
    });
  });
});
