import { expect, test } from 'vitest';
import { allEnded } from '../../scripts/stages/all-ended.ts';

test('gives what each found, in their order', async () => {
  let first: (value: number) => void = () => undefined;
  const found = allEnded([new Promise<number>((resolve) => (first = resolve)), Promise.resolve(2)]);
  first(1);
  await expect(found).resolves.toEqual([1, 2]);
});

test('an error waits for those that have not ended', async () => {
  let end: () => void = () => undefined;
  let ended = false;
  const slow = new Promise<void>((resolve) => (end = resolve)).then(() => (ended = true));
  const all = allEnded([Promise.reject(new Error('first')), slow]).catch((error: unknown) => [error, ended]);
  setImmediate(end);
  await expect(all).resolves.toEqual([new Error('first'), true]);
});
