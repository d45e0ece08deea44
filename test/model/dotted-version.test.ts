import { expect, test } from 'vitest';
import { compareDotted } from '../../scripts/model/dotted-version.ts';

test.each([
  ['18', '18', 0],
  ['18.20.8', '18', 0],
  ['9.6', '14', -1],
  ['3.10', '3.9', 1],
  ['3', '3.9', -1],
])('%s against %s', (have, want, sign) => expect(Math.sign(compareDotted(have, want))).toBe(sign));
