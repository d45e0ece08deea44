import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';
import { probeCalls, probeFunctions, type NamedProbe } from '../../scripts/checks/probe-script.ts';

const settings = { nonce: 'n0', timeoutSeconds: 2 };
const run = (probes: readonly NamedProbe[], env: Readonly<Record<string, string>> = {}) =>
  parseProbeResults(
    execFileSync('bash', ['-s'], { input: `${probeFunctions({ ...settings, env })}${probeCalls(probes)}`, stdio: ['pipe', 'pipe', 'ignore'] }).toString(),
    settings,
  );
const one = (text: string, env: Readonly<Record<string, string>> = {}) => run([{ name: 'x', run: text }], env).get('x');

describe('a probe, run by a real shell', () => {
  test('brings back its output, its errors and its status', () => {
    expect(one(`printf 'a\\nb\\n'; echo why >&2; exit 3`)).toMatchObject({ exitCode: 3, stdout: 'a\nb\n', stderr: 'why\n', timedOut: false });
  });

  test('sees the values as they are', () => {
    const value = `it's $HOME "x"\n\`id\``;
    expect(one('printf %s "$VALUE"', { VALUE: value })?.stdout).toBe(value);
  });

  test('reads nothing from the script behind it', () => {
    expect(
      [
        ...run([
          { name: 'greedy', run: 'cat' },
          { name: 'next', run: 'echo here' },
        ]),
      ].map(([name, { stdout }]) => [name, stdout]),
    ).toEqual([
      ['greedy', ''],
      ['next', 'here\n'],
    ]);
  });

  test('an unset variable and a broken pipe are failures', () => {
    expect(one('echo "$NOT_SET"')?.stderr).toContain('unbound variable');
    expect(one('false | cat')?.exitCode).toBe(1);
  });

  test('ends when its time is over, and the next one runs', () => {
    const results = run([
      { name: 'endless', run: 'trap "" TERM; sleep 3 & wait; sleep 9' },
      { name: 'next', run: 'true' },
    ]);
    expect(results.get('endless')?.timedOut).toBe(true);
    expect(results.get('next')?.exitCode).toBe(0);
  });

  test('a status of 124 that came at once is its own', () => {
    expect(one('exit 124')).toMatchObject({ exitCode: 124, timedOut: false });
  });

  test('what it leaves running holds nobody up', () => {
    expect(one('sleep 1 & echo left')?.stdout).toBe('left\n');
  });

  test('an endless output is cut', () => {
    expect(one('yes | head -c 3000000')?.stdout).toHaveLength(65_536);
  });

  test('names may hold anything', () => {
    const name = `we'ird: $(name) first-boot`;
    expect(run([{ name, run: 'true' }]).has(name)).toBe(true);
  });
});
