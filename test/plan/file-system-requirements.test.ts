import { expect, test } from 'vitest';
import { fileSystemRequirements } from '../../scripts/plan/file-system-requirements.ts';
import { requirementsOf } from '../../scripts/plan/host-requirements.ts';
import { sampleDistro } from '../support/sample-spec.ts';

const EL = ['rock-8', 'rock-9'].map((id) => sampleDistro({ id, family: 'el' }));

test('images of the family whose root is XFS ask for its programs, one row each, whoever asks', () => {
  const rows = fileSystemRequirements([sampleDistro(), ...EL]);
  expect(rows.map(({ id, packages }) => [id, packages])).toEqual([
    ...['xfs_growfs', 'xfs_repair', 'xfs_db'].map((name) => [name, { apt: 'xfsprogs', dnf: 'xfsprogs' }]),
    ['rpm', { apt: 'rpm', dnf: 'rpm' }],
  ]);
  expect(rows[1]?.purpose).toBe('proves that the root file system is whole, of rock-8, rock-9');
});

test('others do not', () => {
  expect(fileSystemRequirements([sampleDistro()])).toEqual([]);
  expect(fileSystemRequirements([])).toEqual([]);
});

test('they are asked for before a bake begins', () => {
  expect(requirementsOf(['bake'], EL).map(({ id }) => id)).toContain('xfs_repair');
});
