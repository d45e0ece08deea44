import { expect, test } from 'vitest';
import { refuseUnequal, stepText } from '../../../scripts/dev/bench/cold-runs.ts';

test('disks with the same packages are compared, in whatever order they are listed', () => {
  expect(() => refuseUnequal({ artifact: { packages: ['a 1 all', 'b 2 amd64'] } }, { packages: ['b 2 amd64', 'a 1 all'] })).not.toThrow();
});

test.each([
  { ours: ['a 1 all'], theirs: ['a 1 all', 'b 2 amd64'], says: "only the peer's: b 2 amd64" },
  { ours: ['a 2 all'], theirs: ['a 1 all'], says: 'only ours: a 2 all' },
])('disks with other packages are not: $says', ({ ours, theirs, says }) => {
  expect(() => refuseUnequal({ artifact: { packages: ours } }, { packages: theirs })).toThrow(expect.objectContaining({ what: expect.stringContaining(says) }));
});

test('steps are one line', () => {
  expect(
    stepText([
      { name: 'packages', seconds: 66.04 },
      { name: 'finish', seconds: 2 },
    ]),
  ).toBe('packages 66.0 · finish 2.0');
});
