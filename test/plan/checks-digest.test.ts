import { expect, test } from 'vitest';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import { checksDigest } from '../../scripts/plan/checks-digest.ts';
import { sampleComponent, sampleSpec } from '../support/sample-spec.ts';

const CHECK: CheckDeclaration = {
  ...{ id: 'web.up', component: 'web', title: 'it answers', hint: 'look', saboteur: { where: 'guest', run: 'systemctl stop web' } },
  guest: { run: 'curl localhost', expect: { exit: 0 }, phases: ['first-boot'] },
};
const withCheck = (change: Partial<CheckDeclaration> = {}) => sampleSpec({ components: [sampleComponent('web', { checks: [{ ...CHECK, ...change }] })] });
const BEFORE = checksDigest(withCheck());

test('is the same for the same checks, whatever else the image has', () => {
  expect(BEFORE).toMatch(/^[0-9a-f]{64}$/);
  const other = { ...withCheck(), title: 'Another title', mirrors: [] };
  expect(checksDigest(other)).toBe(BEFORE);
});

test.each<[string, string]>([
  ['probe', checksDigest(withCheck({ guest: { run: 'curl -f localhost', expect: { exit: 0 }, phases: ['first-boot'] } }))],
  ['saboteur', checksDigest(withCheck({ saboteur: { where: 'guest', run: 'rm -rf /var/www' } }))],
  ['checklist', checksDigest({ ...withCheck(), checklist: { id: 'list', title: 'List', items: [] } })],
  ['budget', checksDigest({ ...withCheck(), budget: { diskMiB: 700 } })],
  ['number of checks', checksDigest(sampleSpec({ components: [] }))],
])('is another for another %s', (_title, digest) => {
  expect(digest).not.toBe(BEFORE);
});
