import { describe, expect, test } from 'vitest';
import { HOST_REQUIREMENTS, needsOf, requirementsOf } from '../../scripts/plan/host-requirements.ts';

test('ids are unique, and each row can be found and got', () => {
  expect(new Set(HOST_REQUIREMENTS.map(({ id }) => id)).size).toBe(HOST_REQUIREMENTS.length);
  for (const { id, anyOf, needs, packages, otherwise } of HOST_REQUIREMENTS) {
    expect(anyOf.length, id).toBeGreaterThan(0);
    expect(needs.length, id).toBeGreaterThan(0);
    expect(packages.apt !== undefined || otherwise !== undefined, id).toBe(true);
  }
});

test('a minimum is only worth something when the version is asked for', () => {
  expect(HOST_REQUIREMENTS.filter(({ minimum, versionArgs }) => minimum !== undefined && versionArgs === undefined)).toEqual([]);
});

describe('needsOf', () => {
  test('auto is native for root, vm for others; a named driver is what it is', () => {
    expect(needsOf('auto', true)).toContain('native');
    expect(needsOf('auto', false)).toContain('vm');
    expect(needsOf('native', false)).toContain('native');
    expect(needsOf('vm', true)).not.toContain('native');
  });

  test.each(['auto', 'native', 'vm'] as const)('%s is verified like any other', (driver) => {
    expect(needsOf(driver, true)).toEqual(expect.arrayContaining(['boot', 'verify']));
  });
});

test('launching asks for less than baking', () => {
  const launch = requirementsOf(['boot']).map(({ id }) => id);
  expect(launch).toEqual(expect.arrayContaining(['qemu-system-x86_64', 'qemu-img', 'ssh']));
  expect(launch).not.toEqual(expect.arrayContaining(['packer']));
  expect(requirementsOf([])).toEqual([]);
});
