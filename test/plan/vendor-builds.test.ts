import { describe, expect, test } from 'vitest';
import { newestBuild, pathOfBuild } from '../../scripts/plan/vendor-builds.ts';

const listing = (...names: readonly string[]): string => names.map((name) => `<a href="${name}">${name}</a> 2026-07-12 05:31 -\n`).join('');

describe('newestBuild', () => {
  test.each([
    ['folders by date', listing('release-20260601/', 'release-20260705/', 'release/'), 'release-{build}/', '20260705'],
    ['folders by date and number', listing('20260712-2537/', '20260601-2496/', 'latest/', 'daily/'), '{build}/', '20260712-2537'],
    ['files', listing('C-9-20260713.0.x86_64.qcow2', 'C-9-20260720.0.x86_64.qcow2', 'C-9-latest.x86_64.qcow2'), 'C-9-{build}.x86_64.qcow2', '20260720.0'],
    ['numbers, not letters', listing('C-9-20260720.9.qcow2', 'C-9-20260720.10.qcow2'), 'C-9-{build}.qcow2', '20260720.10'],
    ['a number that another only begins with', listing('1-2/', '1/'), '{build}/', '1-2'],
    ['a checksum file', `${'a'.repeat(64)}  A-8.10-20260518.x86_64.qcow2\n`, 'A-8.10-{build}.x86_64.qcow2', '20260518'],
    ['JSON', '{"image": "OL8U10_x86_64-kvm-b287.qcow2"}', 'OL8U10_x86_64-kvm-b{build}.qcow2', '287'],
  ])('reads %s', (_kind, page, entry, build) => {
    expect(newestBuild(page, entry)).toBe(build);
  });

  test.each([
    ['nothing of this form', listing('latest/', 'release/'), 'release-{build}/'],
    ['another flavour, whose name ends the same', listing('x86_64-C-9-1.qcow2'), 'C-9-{build}.qcow2'],
    ['a dot that is none', listing('A-8x10-1.qcow2'), 'A-8.10-{build}.qcow2'],
    ['an empty page', '', '{build}/'],
  ])('finds nothing: %s', (_kind, page, entry) => {
    expect(newestBuild(page, entry)).toBeUndefined();
  });
});

test('a path has the build wherever it asks for it', () => {
  expect(pathOfBuild('a/{build}/x-{build}.img', '1-$&')).toBe('a/1-$&/x-1-$&.img');
  expect(pathOfBuild('a/x.img', '1')).toBe('a/x.img');
});
