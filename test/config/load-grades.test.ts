import { expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { loadCatalogue } from '../../scripts/config/load-catalogue.ts';
import { loadGrades } from '../../scripts/config/load-grades.ts';
import { realProject } from '../support/real-project.ts';

const host = realProject();
const { grading, url } = await loadGrades(host);
const catalogue = await loadCatalogue(host);

test('the project’s own grades are read, with a place to get the graders from', () => {
  expect(grading.grades.length).toBeGreaterThan(8);
  expect(url).toMatch(/^https?:\/\//);
});

test('every grade is for distros and components that exist, and has what its grader needs', () => {
  const ids = grading.grades.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, grader, distros = [], component, content, profile, unitFact } of grading.grades) {
    for (const distro of distros) expect(catalogue.distros.ids, id).toContain(distro);
    if (component !== undefined) expect(catalogue.components.ids, id).toContain(component);
    if (grader === 'openscap') expect([content, profile], id).not.toContain(undefined);
    if (grader === 'exposure') for (const { value } of catalogue.distros.entries.values()) expect(value.facts, id).toHaveProperty([unitFact ?? '']);
  }
});

test('every distro that images are made for is graded by some profile', async () => {
  const distros = new Set((await listTargets(host)).filter(({ state }) => state === 'ready').map(({ distro }) => distro));
  for (const distro of distros)
    expect(
      grading.grades.some((want) => want.grader === 'openscap' && want.distros?.includes(distro) === true),
      distro,
    ).toBe(true);
});

test('no two reasons are written for one rule', () => {
  const rules = grading.waivers.map(({ rule }) => rule);
  expect(new Set(rules).size).toBe(rules.length);
});
