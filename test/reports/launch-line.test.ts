import { expect, test } from 'vitest';
import { launchLine } from '../../scripts/reports/launch-line.ts';

test('a release in the usual store is launched by its name, one elsewhere with where it lies', () => {
  expect(launchLine('box@1')).toBe('Launch it: npm run launch -- box@1');
  expect(launchLine('box@1', 's3://golden/images')).toBe('Launch it: npm run launch -- box@1 --store s3://golden/images');
});

test('a store whose name the shell would read otherwise is quoted', () => {
  expect(launchLine('box@1', "/srv/it's here; $HOME")).toBe(String.raw`Launch it: npm run launch -- box@1 --store '/srv/it'\''s here; $HOME'`);
});
