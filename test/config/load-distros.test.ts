import { expect, test } from 'vitest';
import { loadDistros } from '../../scripts/config/load-distros.ts';
import { DISTRO, problemsOf, project } from './project.ts';

test('gives every distro, and does not look at the rest of the configuration', async () => {
  const host = project({ 'config/distros/tin-2.yaml': { yaml: { ...DISTRO, id: 'tin-2', aliases: [] } }, 'config/mirrors.yaml': 'not: [valid' });
  expect((await loadDistros(host)).map(({ id }) => id)).toEqual(['tin-1', 'tin-2']);
});

test('refuses what is no distro', async () => {
  const host = project({ 'config/distros/tin-1.yaml': { yaml: { ...DISTRO, state: 'perhaps' } } });
  expect((await problemsOf(loadDistros(host))).join('\n')).toContain('state: "perhaps" is not allowed here');
});
