import { expect, test } from 'vitest';
import type { Inventory } from '../../scripts/model/inventory.ts';
import { diffReleases, type ReleaseSide } from '../../scripts/plan/release-diff.ts';
import { artifactOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const report = reportOf(artifactOf(fakeHost().dir, 'disk'));
const INVENTORY: Inventory = {
  packages: [
    { type: 'deb', name: 'bash', version: '5.2', source: 'bash', arch: 'amd64' },
    { type: 'npm', name: 'a', version: '1.0.0', source: 'x' },
    { type: 'npm', name: 'a', version: '2.0.0', source: 'y' },
    { type: 'pip', name: 'django', version: '5.0', source: 'z' },
  ],
  privileged: { 'usr/bin/su': '4755', 'usr/bin/old': '4755' },
  units: ['a.wants/one'],
  files: { 'etc/a': '1', 'etc/b': '2' },
};

function side(name: string, change: Partial<ReleaseSide['report']> = {}, packages = ['bash 5.2 amd64', 'curl 7 amd64']): ReleaseSide {
  return { name, sizeBytes: 100, packages, report: { ...report, inventory: INVENTORY, openPorts: [22, 443], ...change } };
}

test('a release does not differ from itself', () => {
  const diff = diffReleases(side('one'), side('one'));
  expect(diff).toMatchObject({
    ports: { added: [], removed: [] },
    files: { added: [], removed: [], changed: [] },
    languagePackages: { added: [], changed: [] },
  });
  expect(diff.packages).toEqual({ added: [], removed: [], changed: [] });
});

test('what came, went and changed, of every kind', () => {
  const now: Inventory = {
    packages: [
      { type: 'npm', name: 'a', version: '2.0.0', source: 'x' },
      { type: 'npm', name: 'new', version: '1', source: 'x' },
    ],
    privileged: { 'usr/bin/su': '4711', 'usr/bin/sudo': '4755' },
    units: ['a.wants/two'],
    files: { 'etc/a': '9', 'etc/c': '3' },
  };
  const diff = diffReleases(
    side('one'),
    side('two', { inventory: now, openPorts: [22, 8080], bootSeconds: { firstBoot: 10, reboot: 5 } }, ['bash 5.3 amd64', 'zsh 5 amd64']),
  );
  expect(diff.packages).toEqual({ added: ['zsh 5'], removed: ['curl 7'], changed: [{ name: 'bash', before: '5.2', now: '5.3' }] });
  expect(diff.languagePackages).toEqual({
    added: ['npm new 1'],
    removed: ['pip django 5.0'],
    changed: [{ name: 'npm a', before: '1.0.0, 2.0.0', now: '2.0.0' }],
  });
  expect(diff.ports).toEqual({ added: [8080], removed: [443] });
  expect(diff.privileged).toEqual({ added: ['usr/bin/sudo'], removed: ['usr/bin/old'], changed: ['usr/bin/su'] });
  expect(diff.units).toEqual({ added: ['a.wants/two'], removed: ['a.wants/one'] });
  expect(diff.files).toEqual({ added: ['etc/c'], removed: ['etc/b'], changed: ['etc/a'] });
  expect(diff.firstBootSeconds).toEqual({ from: 80, to: 10 });
});

test('what one of the two does not say is not taken for empty', () => {
  const { inventory: _i, openPorts: _p, ...old } = side('old').report;
  const diff = diffReleases({ ...side('old'), report: old }, side('two'));
  expect(diff).toMatchObject({ languagePackages: null, ports: null, privileged: null, units: null, files: null });
  expect(diff.packages.added).toEqual([]);
});
