import { expect, test } from 'vitest';
import { atOnce } from '../../scripts/store/at-once.ts';

test('gives results in the order of the jobs, and never runs more than so many', async () => {
  const release: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const jobs = [0, 1, 2, 3, 4].map((number) => async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      release.push(resolve);
      // The last one of each pair lets the other go first.
      if (running === 2 || number === 4) for (const go of release.splice(0).toReversed()) go();
    });
    running -= 1;
    return number;
  });
  expect(await atOnce(2, jobs)).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('the first failure ends it, once nothing is under way', async () => {
  const ended: number[] = [];
  const jobs = [
    async () => {
      await Promise.resolve();
      throw new Error('broken');
    },
    async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      ended.push(1);
    },
  ];
  await expect(atOnce(2, jobs)).rejects.toThrow('broken');
  expect(ended).toEqual([1]);
});

test('jobs that are made one after the other are made no sooner than they can run', async () => {
  let made = 0;
  async function* jobs(): AsyncGenerator<() => Promise<number>> {
    for (; made < 3; made += 1) yield () => Promise.resolve(made);
  }
  expect(await atOnce(1, jobs())).toHaveLength(3);
});
