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

describe('a night on a runner whose user is not root', () => {
  const { jobs } = parse(textOf('.github/workflows/nightly.yml')) as {
    readonly jobs: {
      readonly bake: {
        readonly env: object;
        readonly steps: readonly { readonly name?: string; readonly if?: string; readonly uses?: string; readonly run?: string }[];
      };
    };
  };
  const { steps } = jobs.bake;
  const at = (what: string): number => steps.findIndex(({ name, uses }) => name === what || uses?.startsWith(`${what}@`));
  const bakes = steps[at('Bake, verify and publish what changed')]?.run ?? '';

  /** Runs a step's line with programs that write down how they were called; answers with those lines, then what the bake itself saw. */
  function run(line: string, env: Readonly<Record<string, string>>): readonly string[] {
    const { dir } = fakeHost();
    const program = (name: string, text: string): void => writeFileSync(join(dir, name), `#!/bin/bash\n${text}`, { mode: 0o755 });
    // As the real one, the environment goes on only when that was asked for. Behind its options stands `env`.
    program(
      'sudo',
      `echo "sudo $*" >>"${dir}/calls"; fresh=-i; while [[ $1 == -* ]]; do [[ $1 != --preserve-env ]] || fresh=; shift; done\nexec /usr/bin/env $fresh "\${@:2}"\n`,
    );
    program('npm', `echo "npm $*; $PATH; $AWS_SECRET_ACCESS_KEY $INGOT_STORE" >>"${dir}/calls"\n`);
    spawnSync('/bin/bash', ['-ec', line], { env: { ...env, PATH: `${dir}:/usr/bin:/bin` } });
    return existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').trimEnd().replaceAll(dir, 'DIR').split('\n') : [];
  }

  test('bakes as root with the whole environment of the job, and no secret on a command line', () => {
    const env = { DISTRO: 'tin', ROLE: 'small', INGOT_STORE: 's3://b/p', AWS_SECRET_ACCESS_KEY: 'hidden' };
    const [asRoot = '', npm = '', ...rest] = run(bakes, env);
    expect(rest).toEqual([]);
    expect(asRoot).toMatch(/^sudo --preserve-env --set-home env PATH=\S*DIR:\S+ npm /);
    expect(asRoot).not.toContain('hidden');
    expect(npm).toMatch(/ --distro tin --role small .*--store s3:\/\/b\/p; \S*DIR:\S+; hidden s3:\/\/b\/p$/);
  });

  test('what root wrote is given back before anything is uploaded or kept, also when the bake failed', () => {
    const back = at('Give the runner what root wrote');
    expect(back).toBeGreaterThan(at('Bake, verify and publish what changed'));
    expect(back).toBeLessThan(at('actions/upload-artifact'));
    expect(back).toBeLessThan(at('Show the summary'));
    expect(steps[back]?.if).toBe('always()');
    expect(steps[back]?.run).toBe('sudo mkdir -p build published && sudo chown -R "$(id -u):$(id -g)" build published');
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
