import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderCiFiles } from '../../scripts/render/ci-files.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { realProject } from '../support/real-project.ts';

const templates = await loadTemplates(realProject(), ['ci']);
const IMAGES = Array.from({ length: 5 }, (_, at) => ({ image: 'box', role: `role${at}`, distro: 'tin-1.2' }));
const DISTROS = ['tin-1.2', 'lead-2'];

test('one entry an image, in every file of the night', () => {
  const nightly = renderCiFiles({ images: IMAGES, distros: DISTROS }, templates).filter(({ path }) => !path.includes('rehearsal'));
  const texts = nightly.map(({ text }) => text);
  for (const text of texts) for (const { role } of IMAGES) expect(text).toContain(`"${role}"`);
});

test('jobs of one cluster have names that it takes, and begin one after another', () => {
  const text = renderCiFiles({ images: IMAGES, distros: DISTROS }, templates).find(({ path }) => path.startsWith('.kubernetes'))?.text ?? '';
  const jobs = parseAllDocuments(text).map(
    (document) => document.toJS() as { readonly metadata: { readonly name: string }; readonly spec: { readonly schedule: string } },
  );
  expect(jobs.map(({ metadata }) => metadata.name)).toEqual(IMAGES.map(({ role }) => `nightly-${role}-tin-1-2`));
  expect(jobs.map(({ spec }) => spec.schedule)).toEqual(['0 2 * * *', '20 2 * * *', '40 2 * * *', '0 3 * * *', '20 3 * * *']);
});

test('a value cannot become YAML of its own', () => {
  const hostile = 'x", y: "z\n- evil: ${{ secrets }}';
  const all = renderCiFiles({ images: [{ image: 'box', role: hostile, distro: 'tin' }], distros: [hostile] }, templates);
  const workflow = all.find(({ path }) => path.endsWith('nightly.yml'));
  const { jobs } = parse(workflow?.text ?? '') as {
    readonly jobs: { readonly bake: { readonly strategy: { readonly matrix: { readonly include: readonly object[] } } } };
  };
  expect(jobs.bake.strategy.matrix.include).toEqual([{ image: `box-${hostile}-tin`, distro: 'tin', role: hostile }]);
});

test('every distro is rehearsed on GitHub and on GitLab, whether it is ready or not', () => {
  const [workflow, pipeline] = ['rehearsal.yml', '.gitlab-ci.yml'].map(
    (name) => renderCiFiles({ images: [], distros: DISTROS }, templates).find(({ path }) => path.endsWith(name))?.text ?? '',
  );
  const { jobs } = parse(workflow ?? '') as { readonly jobs: { readonly rehearse: { readonly strategy: { readonly matrix: object } } } };
  expect(jobs.rehearse.strategy.matrix).toEqual({ distro: DISTROS });
  const { rehearse } = parse(pipeline ?? '') as { readonly rehearse: { readonly parallel: { readonly matrix: readonly object[] } } };
  expect(rehearse.parallel.matrix).toEqual(DISTROS.map((distro) => ({ DISTRO: distro })));
});

describe('shared layers', () => {
  const textOf = (name: string): string =>
    renderCiFiles({ images: IMAGES.slice(0, 1), distros: DISTROS }, templates).find(({ path }) => path.endsWith(name))?.text ?? '';

  test('GitHub: every night reads them; only the schedule and main get the key, and write', () => {
    const { jobs } = parse(textOf('workflows/nightly.yml')) as {
      readonly jobs: {
        readonly bake: { readonly env: object; readonly steps: readonly { readonly if?: string; readonly env?: object; readonly run?: string }[] };
      };
    };
    expect(jobs.bake.env).toMatchObject({ INGOT_LAYER_CACHE: '${{ vars.INGOT_LAYER_CACHE }}', INGOT_TRUST: '${{ vars.INGOT_TRUST }}' });
    const writing = jobs.bake.steps.filter((step) => /INGOT_LAYER_CACHE_WRITE|INGOT_SIGNING_KEY/.test(JSON.stringify(step)));
    expect(writing.map((step) => step.if)).toEqual(["github.event_name == 'schedule' || github.ref == 'refs/heads/main'"]);
    expect(JSON.stringify(jobs.bake.env)).not.toContain('WRITE');
  });

  test('GitLab: only the schedule and the default branch write', () => {
    const { bake, rehearse } = parse(textOf('.gitlab-ci.yml')) as Readonly<
      Record<string, { readonly rules: readonly { readonly if: string; readonly variables?: object }[] }>
    >;
    const writing = bake?.rules.filter(({ variables }) => variables !== undefined);
    expect(writing).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "schedule"', variables: { INGOT_LAYER_CACHE_WRITE: '1' } },
      { if: '$CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', variables: { INGOT_LAYER_CACHE_WRITE: '1' } },
    ]);
    expect(JSON.stringify(rehearse)).not.toContain('INGOT_LAYER_CACHE');
  });

  test('Kubernetes: a job writes where there is a key that signs, for its owner’s eyes', () => {
    const text = textOf('.kubernetes/nightly.yaml');
    expect(text).toMatch(/if \[ -f \/run\/ingot-signing\/key \]; then export .*INGOT_LAYER_CACHE_WRITE=1; fi/);
    expect(text).toContain('defaultMode: 256');
    expect(0o400).toBe(256);
  });

  test('whatever a pull request runs never hears of them', () => {
    expect(textOf('rehearsal.yml')).not.toMatch(/LAYER_CACHE|SIGNING_KEY/);
  });
});
