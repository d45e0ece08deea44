import { describe, expect, test } from 'vitest';
import { deadlines, REFERENCE_SECONDS, slownessOf } from '../../scripts/checks/slowness.ts';

describe('slownessOf', () => {
  test('is 1 on the reference host and on any faster one', () => {
    expect(slownessOf('tcg', REFERENCE_SECONDS.tcg)).toBe(1);
    expect(slownessOf('tcg', 0.01)).toBe(1);
  });

  test('grows with the time that the reference guest took', () => {
    expect(slownessOf('tcg', REFERENCE_SECONDS.tcg * 5)).toBe(5);
  });
});

describe('deadlines', () => {
  test('grow with slowness', () => {
    const [quick, slow] = [deadlines('tcg', 1), deadlines('tcg', 5)];
    for (const name of ['loginMs', 'settleMs', 'probeMs', 'sealedProbeMs', 'shutDownMs'] as const) expect(slow[name]).toBe(quick[name] * 5);
  });

  test('leave the slowest boots that were seen under emulation (134 s) more than three times their time', () => {
    expect(deadlines('tcg', 1).loginMs).toBeGreaterThan(3 * 134_000);
  });

  test('a search of every file gets twice what the slowest took beside a booting guest (115 s)', () => {
    expect(deadlines('tcg', 1).sealedProbeMs).toBeGreaterThan(2 * 115_000);
  });

  test('probes get what was promised to their authors', () => {
    expect(deadlines('kvm', 1).probeMs).toBe(60_000);
  });
});
