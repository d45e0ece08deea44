import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskFormat } from '../../scripts/plan/disk-formats.ts';
import { LAUNCH_TARGETS } from '../../scripts/plan/launch-targets.ts';
import { launchSample } from '../support/launch-sample.ts';

describe.each(LAUNCH_TARGETS)('$id', ({ id, format, files, hasFirmwareFiles }) => {
  test('reads a format that can be exported, and has a template for each of its files', () => {
    expect(diskFormat(format).id).toBe(format);
    const firmware = hasFirmwareFiles ? files.flatMap((path) => ['bios', 'uefi'].map((kind) => `firmware-${kind}${path.slice(path.lastIndexOf('.'))}`)) : [];
    for (const name of ['commands.sh', ...files, ...firmware]) expect(existsSync(join(process.cwd(), 'templates/launch', id, `${name}.hbs`)), name).toBe(true);
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
