import { expect, test } from 'vitest';
import { interruption } from '../../scripts/cli/interruption.ts';

function setUp(): { readonly send: (signal: string, atMs: number) => void; readonly signal: AbortSignal; readonly exits: number[]; readonly said: string[] } {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const said: string[] = [];
  let nowMs = 0;
  const signal = interruption(
    { on: (name, listener) => listeners.set(name, listener) },
    { monotonicMs: () => nowMs, aside: (text) => void said.push(text), exit: (status) => void exits.push(status) },
  );
  const send = (name: string, atMs: number): void => {
    nowMs = atMs;
    listeners.get(name)?.();
  };
  return { send, signal, exits, said };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('the first %s asks everything to end', (name) => {
  const { send, signal, exits, said } = setUp();
  send(name, 0);
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: 'INTERRUPTED', exitStatus: 130 });
  expect(exits).toEqual([]);
  expect(said.join('')).toContain('cleaning up');
});

test('the echo that npm sends of the same key is not a second one', () => {
  const { send, exits } = setUp();
  send('SIGINT', 0);
  send('SIGINT', 30);
  expect(exits).toEqual([]);
});

test('a second one leaves at once', () => {
  const { send, exits } = setUp();
  send('SIGINT', 0);
  send('SIGINT', 2000);
  expect(exits).toEqual([130]);
});
