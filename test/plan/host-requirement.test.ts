import { expect, test } from 'vitest';
import { both, named } from '../../scripts/plan/host-requirement.ts';

test('what goes by one name everywhere is written once', () => {
  expect(named('tar', { purpose: 'packs', needs: ['export'], packages: both('tar') })).toEqual({
    ...{ id: 'tar', anyOf: ['tar'], purpose: 'packs', needs: ['export'], packages: { apt: 'tar', dnf: 'tar' } },
  });
});
