import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { ALLOWED_DIFFERENCES } from './support/allowed-differences.ts';
import { bakeNatively } from './support/bake-natively.ts';
import { diskTree, type DiskTree } from './support/disk-tree.ts';
import { ingotJson, STORE_DIR } from '../boot/support/ingot.ts';

/** The same layers in a VM and in a chroot: what comes out must be the same image. */
describe('the two drivers', () => {
  let dir: string;
  let fromVm: BakeOutcome;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-drivers-'));
  });

  afterAll(() => rm(dir, { recursive: true, force: true }));

  test('the smallest role is baked in VMs, verified and published', async () => {
    fromVm = await ingotJson<BakeOutcome>('bake', ['--distro', 'debian', '--driver', 'vm', '--role', 'lb', '--yes', '--store', STORE_DIR]);
    expect(fromVm.artifact?.driver).toBe('vm');
    expect(['published', 'nothing-to-do']).toContain(fromVm.status);
  });

  test('a chroot gives the same files, owners, modes and contents', async () => {
    const native = await diskTree(await bakeNatively('lb', dir));
    const vm = await diskTree(fromVm.artifact?.diskPath ?? '');
    expect(differences(native, vm)).toEqual([]);
  });
});

function differences(native: DiskTree, vm: DiskTree): readonly string[] {
  const paths = [...new Set([...native.keys(), ...vm.keys()])].toSorted();
  return paths
    .filter((path) => native.get(path) !== vm.get(path) && !ALLOWED_DIFFERENCES.some((allowed) => allowed.path.test(path)))
    .map((path) => `${path}: native ${native.get(path) ?? 'absent'}, vm ${vm.get(path) ?? 'absent'}`);
}
