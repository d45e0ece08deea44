import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderCiFiles } from '../../scripts/render/ci-files.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { realProject } from '../support/real-project.ts';

const templates = await loadTemplates(realProject(), ['ci']);
const IMAGES = Array.from({ length: 5 }, (_, at) => ({ image: 'box', role: `role${at}`, distro: 'tin-1.2' }));

test('one entry an image, in every file', () => {
  const texts = renderCiFiles(IMAGES, templates).map(({ text }) => text);
  for (const text of texts) for (const { role } of IMAGES) expect(text).toContain(`"${role}"`);
});

test('jobs of one cluster have names that it takes, and begin one after another', () => {
  const text = renderCiFiles(IMAGES, templates).find(({ path }) => path.startsWith('.kubernetes'))?.text ?? '';
  const jobs = parseAllDocuments(text).map(
    (document) => document.toJS() as { readonly metadata: { readonly name: string }; readonly spec: { readonly schedule: string } },
  );
  expect(jobs.map(({ metadata }) => metadata.name)).toEqual(IMAGES.map(({ role }) => `nightly-${role}-tin-1-2`));
  expect(jobs.map(({ spec }) => spec.schedule)).toEqual(['0 2 * * *', '20 2 * * *', '40 2 * * *', '0 3 * * *', '20 3 * * *']);
});

test('a value cannot become YAML of its own', () => {
  const hostile = 'x", y: "z\n- evil: ${{ secrets }}';
  const [workflow] = renderCiFiles([{ image: 'box', role: hostile, distro: 'tin' }], templates);
  const { jobs } = parse(workflow?.text ?? '') as {
    readonly jobs: { readonly bake: { readonly strategy: { readonly matrix: { readonly include: readonly object[] } } } };
  };
  expect(jobs.bake.strategy.matrix.include).toEqual([{ image: `box-${hostile}-tin`, distro: 'tin', role: hostile }]);
});
