import { expect, test } from 'vitest';
import { loadProfiles } from '../../scripts/config/load-profiles.ts';
import { problemsOf, project } from './project.ts';

const BIG = { id: 'big', title: 'Big', cpus: 8, memoryMiB: 16384, diskGiB: 100 };

test('gives the profiles, smallest first', async () => {
  const host = project({ 'config/profiles/big.yaml': { yaml: BIG } });
  expect((await loadProfiles(host)).map(({ id }) => id)).toEqual(['mini', 'big']);
});

test('refuses what is not a size, but does not look at the rest of the configuration', async () => {
  const host = project({ 'config/profiles/big.yaml': { yaml: { ...BIG, cpus: 0 } }, 'config/mirrors.yaml': 'not: [valid' });
  expect(await problemsOf(loadProfiles(host))).toEqual(['config/profiles/big.yaml:3: cpus: 0 is less than 1; number of processors']);
});
