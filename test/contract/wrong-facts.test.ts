import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WRONG_FACTS } from '../rehearsal/wrong-facts.ts';

/** The suite that makes these facts wrong runs seldom: that each is still there, and what it is to show, is looked at every time. */
test('there are twenty, no two alike', () => {
  expect(WRONG_FACTS).toHaveLength(20);
  expect(new Set(WRONG_FACTS.map(({ distro, to }) => `${distro} ${to}`)).size).toBe(20);
});

describe.each(WRONG_FACTS)('$distro, $role: $what', ({ distro, from, to, caught, notCaught }) => {
  test('is a fact that the distro has once', () => {
    const text = readFileSync(join(import.meta.dirname, `../../config/distros/${distro}.yaml`), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    expect(text.replace(from, () => to)).not.toBe(text);
  });

  test('is caught, or has a reason why it is not', () => {
    expect([caught, notCaught].filter((said) => said !== undefined)).toHaveLength(1);
  });
});
