import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { ciFiles } from '../../scripts/dev/ci/ci-files.ts';
import { realProject } from '../support/real-project.ts';
import { typeErrorsOf } from '../support/type-errors.ts';
import { workflowErrors } from '../support/workflow-errors.ts';

const PROJECT = join(import.meta.dirname, '../..');
const files = await ciFiles(realProject());
const ready = (await listTargets(realProject())).filter(({ state }) => state === 'ready');
const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';

test.each(files)('$path is what the configuration says: else run `npm run dev:ci`', ({ path, text }) => {
  expect(existsSync(join(PROJECT, path)) ? readFileSync(join(PROJECT, path), 'utf8') : 'missing').toBe(text);
});

describe('GitHub Actions', () => {
  const path = '.github/workflows/nightly.yml';

  test('GitHub’s own parser has nothing against the workflow', async () => {
    expect(await workflowErrors(textOf(path))).toEqual([]);
    expect(await workflowErrors(textOf(path).replace('matrix.image }}', 'matirx.image }}'))).not.toEqual([]);
    expect(await workflowErrors(textOf(path).replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  test('every image that is ready is in the matrix', () => {
    const { jobs } = parse(textOf(path)) as {
      readonly jobs: { readonly bake: { readonly strategy: { readonly matrix: { readonly include: readonly object[] } } } };
    };
    expect(jobs.bake.strategy.matrix.include).toEqual(ready.map(({ image, role, distro }) => ({ image: `${image}-${role}-${distro}`, distro, role })));
  });
});

test('GitLab bakes every image that is ready, each in a job of its own', () => {
  const { bake } = parse(textOf('.gitlab-ci.yml')) as {
    readonly bake: { readonly parallel: { readonly matrix: readonly object[] }; readonly script: readonly unknown[] };
  };
  expect(bake.parallel.matrix).toEqual(ready.map(({ role, distro }) => ({ DISTRO: distro, ROLE: role })));
  expect(bake.script.every((line) => typeof line === 'string')).toBe(true);
});

test('Kubernetes’ own types know each field of its jobs', () => {
  const jobs = parseAllDocuments(textOf('.kubernetes/nightly.yaml')).map((document) => document.toJS() as unknown);
  expect(jobs).toHaveLength(ready.length);
  for (const value of jobs) expect(typeErrorsOf({ type: 'IoK8sApiBatchV1CronJob', from: '@kubevirt-ui-ext/kubevirt-api/kubernetes', value })).toBe('');
  const wrong = JSON.parse(JSON.stringify(jobs[0]).replace('"restartPolicy"', '"restartPolcy"')) as unknown;
  expect(typeErrorsOf({ type: 'IoK8sApiBatchV1CronJob', from: '@kubevirt-ui-ext/kubevirt-api/kubernetes', value: wrong })).toContain('restartPolcy');
});
