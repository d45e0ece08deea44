import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { ciFiles } from '../../scripts/dev/ci/ci-files.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';
import { realProject } from '../support/real-project.ts';
import { typeErrorsOf } from '../support/type-errors.ts';
import { workflowErrors } from '../support/workflow-errors.ts';

const PROJECT = join(import.meta.dirname, '../..');
const files = await ciFiles(realProject());
const targets = await listTargets(realProject());
const ready = targets.filter(({ state }) => state === 'ready');
const distros = [...new Set(targets.map(({ distro }) => distro))];
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

test.each(files)('$path is what the configuration says: else run `npm run dev:ci`', ({ path, text }) => {
  expect(existsSync(join(PROJECT, path)) ? readFileSync(join(PROJECT, path), 'utf8') : 'missing').toBe(text);
});

describe('GitHub Actions', () => {
  const path = '.github/workflows/nightly.yml';

  test.each([
    [path, 'matrix.image }}'],
    ['.github/workflows/rehearsal.yml', 'matrix.distro }}'],
  ])('GitHub’s own parser has nothing against %s', async (file, hole) => {
    expect(await workflowErrors(textOf(file))).toEqual([]);
    expect(await workflowErrors(textOf(file).replace(hole, hole.replace('matrix', 'matirx')))).not.toEqual([]);
    expect(await workflowErrors(textOf(file).replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  test('every image that is ready is in the matrix', () => {
    const { jobs } = parse(textOf(path)) as {
      readonly jobs: { readonly bake: { readonly strategy: { readonly matrix: { readonly include: readonly object[] } } } };
    };
    expect(jobs.bake.strategy.matrix.include).toEqual(ready.map(({ image, role, distro }) => ({ image: `${image}-${role}-${distro}`, distro, role })));
  });
});

describe('GitLab', () => {
  test('gitlab-ci-local takes the pipeline, by GitLab’s own schema, and finds a job for every image', () => {
    const { status, said } = gitlabJobs(textOf('.gitlab-ci.yml'));
    expect(status, said).toBe(0);
    for (const { role, distro } of ready) expect(said).toContain(`[${distro},${role}]`);
    for (const distro of distros) expect(said).toContain(`rehearse: [${distro}]`);
    expect(gitlabJobs(textOf('.gitlab-ci.yml').replace('parallel:', 'paralel:'))).toMatchObject({
      status: 1,
      said: expect.stringContaining('paralel') as string,
    });
  });

  test('bakes every image that is ready, each in a job of its own', () => {
    const { bake } = parse(textOf('.gitlab-ci.yml')) as {
      readonly bake: { readonly parallel: { readonly matrix: readonly object[] }; readonly script: readonly unknown[] };
    };
    expect(bake.parallel.matrix).toEqual(ready.map(({ role, distro }) => ({ DISTRO: distro, ROLE: role })));
    expect(bake.script.every((line) => typeof line === 'string')).toBe(true);
  });
});

test('Kubernetes’ own types know each field of its jobs', () => {
  const jobs = parseAllDocuments(textOf('.kubernetes/nightly.yaml')).map((document) => document.toJS() as unknown);
  expect(jobs).toHaveLength(ready.length);
  for (const value of jobs) expect(typeErrorsOf({ type: 'IoK8sApiBatchV1CronJob', from: '@kubevirt-ui-ext/kubevirt-api/kubernetes', value })).toBe('');
  const wrong = JSON.parse(JSON.stringify(jobs[0]).replace('"restartPolicy"', '"restartPolcy"')) as unknown;
  expect(typeErrorsOf({ type: 'IoK8sApiBatchV1CronJob', from: '@kubevirt-ui-ext/kubevirt-api/kubernetes', value: wrong })).toContain('restartPolcy');
});

/** Lists a pipeline's jobs as the runner would make them; refuses what the schema does not know. */
function gitlabJobs(pipeline: string): { readonly status: number | null; readonly said: string } {
  needTool('git');
  const { dir } = fakeHost();
  writeFileSync(join(dir, '.gitlab-ci.yml'), pipeline);
  const env = { ...process.env, HOME: dir, GIT_CONFIG_NOSYSTEM: '1' };
  for (const args of [
    ['init', '-q'],
    ['remote', 'add', 'origin', 'git@git.invalid:ingot/ingot.git'],
  ])
    spawnSync('git', args, { cwd: dir, env });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(PROJECT, 'node_modules/gitlab-ci-local/dist/index.js'), '--list-all'], {
    cwd: dir,
    env,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}
