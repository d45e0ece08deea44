import { describe, expect, test } from 'vitest';
import { waitForHealth } from '../../scripts/stages/wait-for-health.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A guest whose page is good from the nth knock on. */
function knock(goodFrom: number, { deadlineMs = 60_000, overAfter = Infinity } = {}) {
  let knocks = 0;
  const codes = fakeHost();
  const host = {
    ...codes,
    run: (argv: Parameters<typeof codes.run>[0]) => {
      knocks += 1;
      return Promise.resolve({ argv, exitCode: knocks >= goodFrom ? 0 : 22, stdout: '', stderr: '', timedOut: false });
    },
  };
  const guest = { ...fakeGuest(codes), hostPorts: new Map([[80, 40_080]]) };
  const answer = waitForHealth.run({ guest, deadlineMs, isOver: () => knocks >= overAfter }, contextOf(host));
  return { answer, knocks: () => knocks };
}

describe('waitForHealth', () => {
  test('tells when the first good answer came', async () => {
    await expect(knock(4).answer).resolves.toBe(3);
  });

  test('a page that never gets good is no answer', async () => {
    await expect(knock(Infinity, { deadlineMs: 5000 }).answer).resolves.toBeUndefined();
  });

  test('ends once nobody waits for it', async () => {
    const { answer, knocks } = knock(Infinity, { overAfter: 2 });
    await expect(answer).resolves.toBeUndefined();
    expect(knocks()).toBe(2);
  });
});
