import { expect, test } from 'vitest';
import { checkMatcher } from '../../scripts/model/check-pattern.ts';

test.each([
  ['web.*', 'web.up', true],
  ['web.*', 'webby.up', false],
  ['*.up', 'web.up', true],
  ['web.u?', 'web.up', true],
  ['web.u?', 'web.u', false],
  ['web.up', 'web.upper', false],
  ['web.up', 'webxup', false],
  ['*', 'anything.at-all', true],
  ['web.(up|down)', 'web.up', false],
  ['web.up,base.*', 'base.disk', true],
  ['web.up,base.*', 'web.down', false],
  ['web.up,base.*', 'web.upper', false],
])('%s means %s: %s', (glob, id, expected) => expect(checkMatcher(glob)(id)).toBe(expected));
