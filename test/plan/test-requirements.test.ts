import { expect, test } from 'vitest';
import { TEST_REQUIREMENTS } from '../../scripts/plan/test-requirements.ts';

test('what tests need is asked of nobody who bakes', () => {
  expect(TEST_REQUIREMENTS.filter(({ needs }) => needs.some((need) => need !== 'tests' && need !== 'rehearsal'))).toEqual([]);
});
