import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { verifyCommand } from '../../scripts/commands/verify.ts';
import { verifyTarget } from '../../scripts/pipelines/verify-target.ts';
import { reportOf, row } from '../reports/sample-report.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/verify-target.ts', () => ({ verifyTarget: vi.fn() }));

const answer = (outcome: 'pass' | 'fail'): void => void vi.mocked(verifyTarget).mockResolvedValue(reportOf([row({ outcome })]));

describe('exit status', () => {
  test.each([
    ['pass', 0],
    ['fail', 5],
  ] as const)('%s is %d', async (outcome, status) => {
    answer(outcome);
    expect((await runCommand(verifyCommand, ['x'])).exitStatus).toBe(status);
  });
});

test('the report files are written, also when it failed', async () => {
  answer('fail');
  const dir = mkdtempSync(join(tmpdir(), 'ingot-verify-'));
  const paths = ['r.json', 'r.xml', 'r.html'].map((name) => join(dir, name));
  await runCommand(verifyCommand, ['x', '--json-file', paths[0] ?? '', '--junit-file', paths[1] ?? '', '--html-file', paths[2] ?? '']);
  const [json = '', junit = '', html = ''] = paths.map((path) => readFileSync(path, 'utf8'));
  expect(JSON.parse(json)).toMatchObject({ kind: 'VerificationReport', verdict: 'fail' });
  expect(junit).toMatch(/^<\?xml[^]*<failure /);
  expect(html).toMatch(/^<!doctype html>/);
});

test('a file is meant from where the caller stands', async () => {
  answer('pass');
  await runCommand(verifyCommand, ['copy.qcow2', '--distro', 'os-1', '--role', 'small', '--only', 'ssh.*', '--keep-failed', '--accel', 'tcg', '--yes']);
  expect(vi.mocked(verifyTarget).mock.lastCall?.[1]).toEqual({
    target: 'copy.qcow2',
    targetPath: '/caller/copy.qcow2',
    distro: 'os-1',
    role: 'small',
    only: 'ssh.*',
    accelerator: 'tcg',
    keep: true,
    yes: true,
    buildDir: '/p/build',
    cacheDir: '/p/build/cache',
    storeLocation: '/p/published',
  });
});
