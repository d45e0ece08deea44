import { execFile, execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';
import { probeCalls, probeFunctions, probeLanes, type NamedProbe } from '../../scripts/checks/probe-script.ts';

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

  test.each([
    ['what frames are made of', 'a:b%0A%25\r\n\n'],
    ['letters beyond ASCII', 'é ⏎ 🌍'],
    ['nothing', ''],
    ['one byte less than is escaped', 'x'.repeat(4096)],
    ['more than is escaped', 'x'.repeat(4097)],
    ['a zero byte', 'a\0b'],
  ])('carries %s as it is', (_what, text) => {
    expect(one(`printf %s ${Buffer.from(text).toString('base64')} | base64 -d`)?.stdout).toBe(text);
  });

  test('an endless output is cut', () => {
    expect(one('yes | head -c 3000000')?.stdout).toHaveLength(65_536);
  });

  test('names may hold anything', () => {
    const name = `we'ird: $(name) first-boot`;
    expect(run([{ name, run: 'true' }]).has(name)).toBe(true);
  });
});

describe('probes side by side', () => {
  const lanes = (probes: readonly NamedProbe[], many: number) =>
    parseProbeResults(
      execFileSync('bash', ['-s'], {
        input: `${probeFunctions({ ...settings, env: {} })}${probeLanes(probes, many)}`,
        stdio: ['pipe', 'pipe', 'ignore'],
      }).toString(),
      settings,
    );

  test.each([1, 2, 3, 9])('all come back through %i lanes, each with its own output', (many) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const results = lanes(
      names.map((name) => ({ name, run: `echo ${name}; echo ${name}${name} >&2` })),
      many,
    );
    expect(names.map((name) => [results.get(name)?.stdout, results.get(name)?.stderr])).toEqual(names.map((name) => [`${name}\n`, `${name}${name}\n`]));
  });

  test('two of them run at once', () => {
    const meet = (mine: string, other: string): string => `: >"$ROOM/${mine}"; until test -e "$ROOM/${other}"; do :; done`;
    const room = execFileSync('mktemp', ['-d']).toString().trim();
    const probes = [
      { name: 'a', run: meet('a', 'b') },
      { name: 'b', run: meet('b', 'a') },
    ].map(({ name, run: text }) => ({ name, run: `ROOM=${room}; ${text}` }));
    expect([...lanes(probes, 2).values()].map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    execFileSync('rm', ['-r', room]);
  });

  test('they run to their end where there is a terminal as well, as when a person has called', async () => {
    const room = execFileSync('mktemp', ['-d']).toString().trim();
    const names = ['a', 'b', 'c'];
    const text = `${probeFunctions({ ...settings, env: {} })}${probeLanes(
      names.map((name) => ({ name, run: `tty </dev/tty >&2; echo ${name}` })),
      2,
    )}`;
    await writeFile(`${room}/script`, text);
    await promisify(execFile)('script', ['-qec', `bash ${room}/script >${room}/out 2>&1`, '/dev/null']);
    const results = parseProbeResults(await readFile(`${room}/out`, 'utf8'), settings);
    expect(names.map((name) => results.get(name)?.stdout)).toEqual(['a\n', 'b\n', 'c\n']);
    await rm(room, { recursive: true });
  });

  test('an exclusive one runs after all others', () => {
    const room = execFileSync('mktemp', ['-d']).toString().trim();
    const results = lanes(
      [
        { name: 'alone', run: `ls ${room} | wc -l`, exclusive: true },
        { name: 'a', run: `: >${room}/a` },
        { name: 'b', run: `: >${room}/b` },
      ],
      2,
    );
    expect(results.get('alone')?.stdout).toBe('2\n');
    execFileSync('rm', ['-r', room]);
  });

  test('once runs a command for the first that asks, and repeats its words and its status to the others', () => {
    const room = execFileSync('mktemp', ['-d']).toString().trim();
    const dear = `once bash -c 'echo run >>${room}/runs; printf "a b\n c\n"; exit 3'`;
    const results = lanes(
      ['a', 'b', 'c', 'd'].map((name) => ({ name, run: dear })),
      2,
    );
    expect([...results.values()].map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual(Array.from({ length: 4 }, () => ['a b\n c\n', 3]));
    expect(execFileSync('cat', [`${room}/runs`]).toString()).toBe('run\n');
    execFileSync('rm', ['-r', room]);
  });

  test('once says nothing where its command said nothing', () => {
    expect(lanes([{ name: 'a', run: 'once true; echo after' }], 1).get('a')?.stdout).toBe('after\n');
  });

  test('once tells commands apart', () => {
    const results = lanes(
      [
        { name: 'a', run: 'once echo 1' },
        { name: 'b', run: 'once echo 2' },
      ],
      1,
    );
    expect([...results.values()].map(({ stdout }) => stdout)).toEqual(['1\n', '2\n']);
  });

  test('none at all is fine', () => {
    expect(lanes([], 2).size).toBe(0);
  });
});
