import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { renderGuestEnv } from '../../scripts/render/guest-env.ts';
import { HOSTILE_STRINGS, IMPOSSIBLE_STRINGS } from '../support/hostile-strings.ts';

describe('renderGuestEnv', () => {
  test('is sorted lines that say what they hold', () => {
    expect(renderGuestEnv({ B: '2', A_1: `it's` })).toBe("A_1='it'\\''s'\nB='2'\n");
  });

  test('gives bash every value as it was, and runs nothing', () => {
    const env = Object.fromEntries(HOSTILE_STRINGS.map((value, index) => [`V${index}`, value]));
    const names = Object.keys(env);
    const script = `set -euo pipefail\n${renderGuestEnv(env)}printf '%s\\0' ${names.map((name) => `"$${name}"`).join(' ')}`;
    expect(execFileSync('bash', [], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(HOSTILE_STRINGS);
  });

  test.each(IMPOSSIBLE_STRINGS)('refuses %j', (value) => {
    expect(() => renderGuestEnv({ A: value })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });

  test.each(['', 'a', '1A', 'A-B', 'A B', 'A;id', 'A=B', 'A\nB', '_A', 'Ä'])('refuses the name %j', (name) => {
    expect(() => renderGuestEnv({ [name]: 'x' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});
