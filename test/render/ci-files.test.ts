import { expect, test } from 'vitest';
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
