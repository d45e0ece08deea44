import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runVerb } from '../scripts/cli/run-verb.ts';
import { VERBS } from '../scripts/cli/verbs.ts';
import type { Host } from '../scripts/host/host.ts';
import { localHost } from '../scripts/host/local-host.ts';
import { terminalDouble } from './cli/terminal-double.ts';

const PROJECT = join(import.meta.dirname, '..');
const NODE = join(PROJECT, 'node_modules/.bin/node');

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real thing: a process of its own, as npm starts it. */
function spawned(...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(NODE, ['scripts/cli.ts', ...args], { cwd: PROJECT, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

/** The same without the process: the real verbs on the real machine. */
async function cli(...args: string[]): Promise<Ended> {
  const terminal = terminalDouble();
  const { signal } = new AbortController();
  const openHost = (): Promise<Host> => Promise.resolve(localHost({ interrupted: signal, projectDir: PROJECT, env: process.env }));
  const status = await runVerb(args, { terminal, openHost, interrupted: signal, handOver: () => Promise.reject(new Error('handed over')), callerDir: PROJECT });
  return { status, out: terminal.out(), err: terminal.err() };
}

describe('help', () => {
  test('lists every verb', () => {
    const { status, out, err } = spawned('--help');
    expect([status, err]).toEqual([0, '']);
    const width = Math.max(...VERBS.map(({ name }) => name.length));
    for (const { name, summary } of VERBS) expect(out).toContain(`${name.padEnd(width)}  ${summary}`);
  });

  test.each(VERBS.map(({ name }) => name))('%s --help is whole and touches nothing', async (name) => {
    const { status, out, err } = await cli(name, '--help');
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: npm run ${name} -- `);
    expect(out).toContain('--json');
    expect(out).not.toMatch(/undefined|\[object/);
  });
});

describe('bad input: exit status 2, one error, a remedy', () => {
  test.each([
    [['bakee'], /There is no verb bakee; did you mean bake\?/],
    [['bake'], /--distro ID is missing/],
    [['bake', '--distro', 'debian', '--frehs'], /--frehs is not an option here; did you mean --fresh\?/],
    [['bake', '--distro', 'debian', '--driver', 'nativ'], /did you mean native\?/],
    [['bake', 'debian'], /--distro ID is missing/],
    [['bake', '--distro', 'debain', '--explain'], /debain/],
    [['bake', '--distro', 'debian', '--role', 'standalon', '--explain'], /standalone/],
    [['generate', '--distro', 'nothing'], /nothing/],
    [['verify'], /REF\|FILE is missing/],
    [['verify', 'x.qcow2'], /does not say what it is meant to be/],
    [['prune', '--keep', 'many'], /not a whole number/],
    [['launch', 'debian', '--forward', '80'], /not a pair of ports/],
    [['promote', 'debian', '--channel', '../x'], /not a name that a channel can have/],
  ])('%j', async (args, message) => {
    const { status, out, err } = await cli(...args);
    expect(err).toMatch(message);
    expect(err).toMatch(/^error: [^\n]+\n(?: {2}[^\n]*\n)*fix: [^\n]+\n$/m);
    expect([status, out]).toEqual([2, '']);
  });
});

test('--json is one document on standard output, also for an error', () => {
  const emptyDir = mkdtempSync(join(tmpdir(), 'ingot-cli-'));
  const list = spawned('images', '--store', emptyDir, '--json');
  expect(JSON.parse(list.out)).toMatchObject({ kind: 'ImageList', releases: [] });
  const refused = spawned('launch', '--json');
  expect(JSON.parse(refused.out)).toMatchObject({ kind: 'Error', code: 'USAGE', exitStatus: 2 });
  expect(refused.err).toContain('error: ');
});

test('a reader that leaves early is no error', () => {
  const { status, stderr } = spawnSync('bash', ['-c', `set -o pipefail; "${NODE}" scripts/cli.ts --help | true`], { cwd: PROJECT, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

describe('interruption', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s gives everything back, then exits with 130', async (signal) => {
    const child = spawn(NODE, ['test/cli/waiting-verb.ts', 'wait'], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stderr.on('data', (bytes: Buffer) => void (err += bytes.toString()));
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      if (out === 'waiting\n') child.kill(signal);
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([status, out]).toEqual([130, 'waiting\ntidied\n']);
    expect(err).toBe('error: Interrupted\nfix: Run the same command again: finished layers are kept\n');
  });
});
