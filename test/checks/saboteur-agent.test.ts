import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { agentSetup, answerEnd, askAgainOrder, greenOrder, sabotageOrder } from '../../scripts/checks/saboteur-agent.ts';

const probe = { name: 'base.x first-boot', run: `echo "it's"` };
const setup = agentSetup({ nonce: 'n', timeoutSeconds: 20, settleSeconds: 60, env: { FACT: "it's" } });
/** What the agent would read: as many bytes as the first line says. */
const script = (order: string): string => {
  const end = order.indexOf('\n');
  const bytes = Buffer.from(order.slice(end + 1));
  expect(bytes.byteLength).toBe(Number(order.slice(0, end)));
  return bytes.toString();
};

describe('the agent', () => {
  test('is set up by a script that bash can read, and waits for the boot before', () => {
    expect(() => execFileSync('bash', ['-n'], { input: setup })).not.toThrow();
    expect(setup.indexOf('is-system-running --wait')).toBeLessThan(setup.indexOf('systemd-run'));
  });

  test('ends each answer with a line that no probe can know', () => {
    expect(setup).toContain(answerEnd('n'));
    expect(answerEnd('other')).not.toBe(answerEnd('n'));
  });
});

describe('an order', () => {
  test.each([
    ['breaks first, then asks', sabotageOrder({ name: 'saboteur', run: 'rm -f ä' }, [probe])],
    ['asks again after a moment', askAgainOrder([probe])],
    ['asks an untouched machine', greenOrder([probe], 2)],
  ])('that %s says how long it is, and is a script that bash can read', (_title, order) => {
    expect(() => execFileSync('bash', ['-n'], { input: script(order) })).not.toThrow();
  });

  test('breaks before it asks', () => {
    const text = script(sabotageOrder({ name: 'saboteur', run: 'rm -f x' }, [probe]));
    expect(text.indexOf('rm -f x')).toBeLessThan(text.indexOf('echo "it'));
  });
});
