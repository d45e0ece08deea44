import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskFormat } from '../../scripts/plan/disk-formats.ts';
import { LAUNCH_TARGETS } from '../../scripts/plan/launch-targets.ts';
import { launchSample } from '../support/launch-sample.ts';

describe.each(LAUNCH_TARGETS)('$id', ({ id, format, files, hasFirmwareFiles, pullsImages }) => {
  test('reads a format that can be exported, and has a template for each of its files', () => {
    expect(diskFormat(format).id).toBe(format);
    const firmware = hasFirmwareFiles ? files.flatMap((path) => ['bios', 'uefi'].map((kind) => `firmware-${kind}${path.slice(path.lastIndexOf('.'))}`)) : [];
    const pulled = pullsImages ? ['root-export.yaml', 'root-registry.yaml', 'commands-registry.sh'] : [];
    for (const name of ['commands.sh', ...files, ...firmware, ...pulled])
      expect(existsSync(join(process.cwd(), 'templates/launch', id, `${name}.hbs`)), name).toBe(true);
  });
});

test('a disk is as large as the profile says, and never smaller than the image', () => {
  expect(launchSample('libvirt').plan.values).toMatchObject({ diskSize: '50G', diskBytes: 50 * 2 ** 30, minDiskGiB: 20 });
  expect(launchSample('libvirt', { diskGiB: 2 }).plan.values).toMatchObject({ diskSize: '20G', claimSize: '20Gi' });
});

test('the firmware is BIOS where the image has it, in the words of each place', () => {
  expect(launchSample('aws').plan.values).toMatchObject({ bootMode: 'legacy-bios', bios: 'seabios', firmwareType: 'bios' });
  expect(launchSample('kubevirt', { firmware: ['uefi'] }).plan).toMatchObject({ firmware: 'uefi', values: { bios: 'ovmf' } });
});

test('a machine starts from a containerDisk only where one was named', () => {
  const containerDisk = `registry.test/vms@sha256:${'ef'.repeat(32)}`;
  expect(launchSample('kubevirt').plan).toMatchObject({ root: 'export' });
  expect(launchSample('kubevirt').plan.values).not.toHaveProperty('containerDisk');
  expect(launchSample('kubevirt', { containerDisk }).plan).toMatchObject({ root: 'registry', values: { containerDisk } });
  expect(launchSample('libvirt').plan).not.toHaveProperty('root');
});
