import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBenchOptions } from '../../../scripts/dev/bench/options.ts';
import { runBench } from '../../../scripts/dev/bench/run-bench.ts';
import { BakeError } from '../../../scripts/errors.ts';
import type { Host } from '../../../scripts/host/host.ts';
import { withScope } from '../../../scripts/host/scope.ts';
import { fakeHost } from '../../support/fake-host.ts';

const cli = (verb: string): RegExp => new RegExp(String.raw`scripts/cli\.ts ${verb} `);

function run(host: Host, ...words: readonly string[]) {
  return withScope((scope) => runBench({ host, scope, say: () => undefined, options: parseBenchOptions(words) }));
}

test('lines come in the order of the table, and what cannot be measured says why', async () => {
  const host = fakeHost([{ command: 'cp -a' }, { command: cli('generate') }]);
  const lines = await run(host, '--only', 'generate,emulated,verification');
  expect(lines.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual(['generate: met', 'emulated: not measured', 'verification: not measured']);
  expect(lines[1]?.notes[0]).toContain('--slow');
  expect(readdirSync(join(host.dir, 'build'))).toEqual([]);
});

test('generate is measured as a process, three times at least, each into a folder of its own', async () => {
  const host = fakeHost([{ command: 'cp -a' }, { command: cli('generate') }]);
  await run(host, '--only', 'generate');
  const folders = host.commands.filter((line) => line.includes(' generate ')).map((line) => line.split('--out ')[1]);
  expect(new Set(folders).size).toBe(3);
});

test('a failure of one line is not the end of the others', async () => {
  const host = fakeHost([
    { command: 'cp -a' },
    { command: cli('generate'), exitCode: 2, stderr: 'error: no such distro' },
    { command: cli('bake'), stdout: '{}' },
  ]);
  const lines = await run(host, '--only', 'generate,unchanged');
  expect(lines.map(({ verdict }) => verdict)).toEqual(['not measured', 'not measured']);
});

test('without root there is no cold bake, and nothing that stands on one', async () => {
  const lines = await run(fakeHost([], { isRoot: false }), '--only', 'cold,config,mkosi');
  expect(lines.map(({ verdict, notes }) => [verdict, notes[0]])).toEqual(Array.from({ length: 3 }, () => ['not measured', 'Native bakes need root']));
});

test('the list of a thousand releases is measured in this process, and their page is held against its size', async () => {
  const host = fakeHost([{ command: 'cp -a' }]);
  const [line] = await run(host, '--only', 'list');
  expect(line).toMatchObject({ verdict: 'met', notes: [expect.stringMatching(/^1000 releases, page of \d{3} kB$/), expect.anything()] });
  expect(host.commands.filter((command) => !command.startsWith('cp -a'))).toEqual([]);
});

test('an interruption ends it all', async () => {
  const controller = new AbortController();
  controller.abort();
  const host = { ...fakeHost([{ command: 'cp -a' }, { command: cli('generate'), exitCode: 1 }]), interrupted: controller.signal };
  await expect(run(host, '--only', 'generate')).rejects.toBeInstanceOf(BakeError);
});

describe('a bake with nothing changed', () => {
  const outcome = (fields: object): string => JSON.stringify({ kind: 'BakeOutcome', status: 'nothing-to-do', report: null, release: null, ...fields });
  const stands = { command: /--explain/, stdout: outcome({ status: 'explained', report: {}, release: {} }) };

  test('is timed when a release stands', async () => {
    const host = fakeHost([stands, { command: 'cp -a' }, { command: cli('bake'), stdout: outcome({}) }]);
    expect((await run(host, '--only', 'unchanged'))[0]?.verdict).toBe('met');
    expect(host.commands.filter((line) => / bake /.test(line) && !line.includes('--explain'))).toHaveLength(3);
  });

  test('is not measured when none stands, and then nothing is baked', async () => {
    const host = fakeHost([{ command: /--explain/, stdout: outcome({ status: 'explained', report: {} }) }, { command: 'cp -a' }]);
    expect((await run(host, '--only', 'unchanged'))[0]).toMatchObject({ verdict: 'not measured', notes: [expect.stringContaining('--boot')] });
  });

  test('is not measured when the bake did something after all', async () => {
    const host = fakeHost([stands, { command: 'cp -a' }, { command: cli('bake'), stdout: outcome({ status: 'published' }) }]);
    expect((await run(host, '--only', 'unchanged'))[0]).toMatchObject({ verdict: 'not measured', notes: [expect.stringContaining('published')] });
  });

  test('with --boot a release is made first, away from the user’s own', async () => {
    const host = fakeHost([{ command: /--explain/, stdout: outcome({}) }, { command: 'cp -a' }, { command: cli('bake'), stdout: outcome({}) }]);
    expect((await run(host, '--only', 'unchanged', '--boot'))[0]?.verdict).toBe('met');
    const bakes = host.commands.filter((line) => / bake /.test(line) && !line.includes('--explain'));
    expect(bakes).toHaveLength(4);
    expect(bakes.every((line) => /--store \S+\/build\/bench-\S+\/published/.test(line))).toBe(true);
    expect(bakes.filter((line) => line.includes('--yes'))).toHaveLength(1);
  });
});
