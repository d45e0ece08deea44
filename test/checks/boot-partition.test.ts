import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';
import { sealedCollector } from '../../scripts/checks/sealed-collector.ts';
import { sealedSabotageScript } from '../../scripts/checks/sealed-sabotage-script.ts';
import { bootPartitionDisk, SHOWS_DISKS } from '../support/boot-partition-disk.ts';

/** A real disk, shown by the real daemon: whether what lies on a partition of its own is seen, searched and broken like the rest. */
describe.skipIf(!SHOWS_DISKS)('a disk with /boot on a partition of its own', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-boot-partition-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const limits = { nonce: 'n', timeoutSeconds: 60, env: {}, lanes: 1 };

  function place(source: string) {
    const folder = mkdtempSync(join(dir, 'disk-'));
    const { diskPath, table, root } = bootPartitionDisk(folder, source);
    return { folder, diskPath, diskFormat: 'qcow2' as const, ...root, otherPartitions: table.filter(({ number }) => number !== root.number) };
  }

  function run(folder: string, script: string) {
    const contained = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private', '--', 'bash', '-s'];
    return spawnSync('unshare', contained, { input: script, encoding: 'utf8', env: { ...process.env, TMPDIR: folder } });
  }

  const probes = [
    { name: 'menu', run: 'cat "$ROOT"/boot/loader/entries/*.conf' },
    { name: 'secrets', run: 'secret_found private-key' },
  ];

  test.each([
    'LABEL=BOOT',
    'UUID="11111111-2222-4333-8444-555555555555"',
    'PARTUUID=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE',
    '/dev/disk/by-label/BOOT',
    '/dev/vda1',
  ])('is looked into as one, by %s', (source) => {
    const { folder, ...disk } = place(source);
    const { stdout, stderr, status } = run(folder, sealedCollector({ ...limits, probes, ...disk }));
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const results = parseProbeResults(stdout, { nonce: 'n', timeoutSeconds: 60 });
    expect(results.get('menu')?.stdout).toBe('options $kernelopts\n');
    expect(results.get('secrets')?.stdout).toBe('./boot/old.pem\nsearched\n');
  });

  test('a partition that is not there is no empty /boot: nothing is looked into', () => {
    const { folder, ...disk } = place('LABEL=GONE');
    const { stdout, stderr, status } = run(folder, sealedCollector({ ...limits, probes, ...disk }));
    expect(status).toBe(76);
    expect(stderr).toContain('LABEL=GONE at /boot');
    expect(parseProbeResults(stdout, { nonce: 'n', timeoutSeconds: 60 }).size).toBe(0);
  });

  test('a saboteur breaks it, and the disk stays as it was', () => {
    const { folder, ...disk } = place('LABEL=BOOT');
    const digest = (): string => execFileSync('sha256sum', [disk.diskPath], { encoding: 'utf8' });
    const before = digest();
    const sabotages = [
      {
        name: 'menu',
        saboteur: 'echo "options selinux=0" >"$ROOT/boot/loader/entries/two.conf"',
        probe: 'grep -h selinux "$ROOT"/boot/loader/entries/*; true',
      },
    ];
    const { stdout, stderr, status } = run(folder, sealedSabotageScript({ ...limits, sabotages, ...disk }));
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const results = parseProbeResults(stdout, { nonce: 'n', timeoutSeconds: 60 });
    expect(results.get('menu before')?.stdout).toBe('');
    expect(results.get('menu after')?.stdout).toBe('options selinux=0\n');
    expect(digest()).toBe(before);
  });
});
