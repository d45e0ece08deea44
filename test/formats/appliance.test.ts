import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { diskFormat, sizeIn } from '../../scripts/plan/disk-formats.ts';
import { changeByte } from './support/change-byte.ts';
import { VMWARE_IMPORT } from './support/install-readers.ts';
import { libyal } from './support/readers.ts';
import { subject, type Subject } from './support/subject.ts';

/** What test/formats/support/vmware-import prints. */
interface Imported {
  readonly log: readonly string[];
  readonly machine: {
    readonly version: string;
    readonly firmware: string;
    readonly guestId: string;
    readonly cpus: number;
    readonly memoryMiB: number;
    /** Kinds of devices, with the kind of what they hang on. */
    readonly devices: readonly string[];
    readonly properties: readonly string[];
  };
  /** Devices of the machine in the vCenter. */
  readonly imported: readonly string[];
  readonly disks: Readonly<
    Record<string, { readonly capacity: number; readonly descriptor: { readonly type: string; readonly ddb: Readonly<Record<string, string>> } }>
  >;
}

let place: Subject;
let path: string;
beforeAll(async () => {
  place = await subject();
  path = await place.exported('ova');
});

const stem = (): string => `${place.release.imageId}-${place.release.version}`;
const imported = (file: string) => spawnSync(VMWARE_IMPORT, [file], { encoding: 'utf8', maxBuffer: 2 ** 26 });

test('VMware’s client takes it into its simulated vCenter without a word of warning, each digest checked there', () => {
  const { status, stdout, stderr } = imported(path);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { log, machine, disks, imported: devices } = JSON.parse(stdout) as Imported;
  expect(log.filter((line) => /warning/i.test(line))).toEqual([]);
  expect(machine).toMatchObject({ version: 'vmx-13', firmware: 'bios', guestId: 'otherLinux64Guest' });
  // What Linux has drivers for without VMware's tools, and where the properties come in.
  expect(devices).toEqual(machine.devices);
  expect(devices).toEqual(['VirtualCdrom on VirtualIDEController', 'VirtualDisk on ParaVirtualSCSIController', 'VirtualVmxnet3']);
  expect(machine.properties).toEqual(['instance-id', 'hostname', 'public-keys', 'user-data']);
  const capacity = sizeIn(diskFormat('ova'), place.release.disk.virtualSizeBytes);
  const descriptor = { type: 'streamOptimized', ddb: { adapterType: 'lsilogic' } };
  expect(disks).toMatchObject({ [`${stem()}-disk1.vmdk`]: { capacity, descriptor } });
});

test('the disk in it is the one of the release', async () => {
  execFileSync('7zz', ['x', '-bd', '-y', '-ttar', `-o${place.outDir}`, path, `${stem()}-disk1.vmdk`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const disk = join(place.outDir, `${stem()}-disk1.vmdk`);
  expect(await libyal('vmdkmount')(disk)).toEqual(await place.content(sizeIn(diskFormat('ova'), place.release.disk.virtualSizeBytes)));
  rmSync(disk);
});

test('VMware’s client refuses it with one byte of its disk changed', async () => {
  await changeByte(path, Math.floor(statSync(path).size / 2));
  const { status, stderr } = imported(path);
  expect(status).toBe(1);
  expect(stderr).toContain('checksum');
});
