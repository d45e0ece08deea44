import { dirname } from 'node:path';
import { BakeError } from '../errors.ts';
import { exportRelease } from '../pipelines/export-release.ts';
import { pushContainerDisk } from '../pipelines/push-container-disk.ts';
import { CONTAINER_DISK, DISK_FORMATS } from '../plan/disk-formats.ts';
import { size } from '../reports/quantities.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { defineCommand, type Outcome } from './command.ts';
import { STORE, YANKED, YES } from './shared-options.ts';

/** A published disk for those who run VMs with something else than QEMU. */
export const exportCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: a distro, image@channel, image@version or image@sha256:…' }],
  options: {
    format: {
      kind: 'choice',
      choices: DISK_FORMATS.map(({ id }) => id),
      default: 'qcow2',
      help: DISK_FORMATS.map(({ id, readers }) => `${id}: ${readers}`).join('; '),
    },
    out: { kind: 'text', value: 'FILE', help: 'where to; must not exist (default: the release’s name in this folder)' },
    push: { kind: 'text', value: 'ADDRESS', help: `with --format ${CONTAINER_DISK}: into the registry oci://host/repository, instead of a file` },
    yanked: YANKED,
    yes: YES,
    store: STORE,
  },
  examples: [
    'npm run export -- debian --format vmdk --out disk.vmdk',
    'npm run export -- debian@stable --format vhd',
    `npm run export -- debian --format ${CONTAINER_DISK} --push oci://host/repository`,
  ],
  run: async ({ values: { format, out, push, yanked, yes }, positionals: [reference = ''], desk, places, ask, pathOf }) => {
    if (push !== undefined && (format !== CONTAINER_DISK || out !== undefined)) throw notPushed(out !== undefined);
    await ensureHost(desk, { needs: ['export'], yes, ask });
    const wish = { storeLocation: places.storeLocation, reference, ...(yanked ? { yanked: true } : {}) };
    if (push !== undefined) return pushed(await pushContainerDisk(desk, { ...wish, pushTo: push, buildDir: places.buildDir }));
    const disk = await exportRelease(desk, { ...wish, format, out: out === undefined ? { dir: dirname(pathOf('disk')) } : { path: pathOf(out) } });
    return {
      document: { kind: 'ExportedDisk', schemaVersion: 1, ...disk },
      text: `${disk.reference} as ${disk.format}, ${size(disk.sizeBytes)}, the same content byte for byte:\n${disk.sha256}  ${disk.path}\n`,
    };
  },
});

function pushed(disk: Awaited<ReturnType<typeof pushContainerDisk>>): Outcome {
  const { reference, format, sizeBytes, tag, image, location } = disk;
  const launch = `npm run launch -- ${reference} --print kubevirt --container-disk ${location}`;
  return {
    document: { kind: 'PushedDisk', schemaVersion: 1, ...disk },
    text: `${reference} as ${format}, ${size(sizeBytes)}, the very file that was tested in it, under the tag ${tag}:\n${image}\nHow it is launched: ${launch}\n`,
  };
}

function notPushed(besideOut: boolean): BakeError {
  const what = besideOut ? '--push, --out: not together' : 'Only a containerDisk goes into a registry';
  return new BakeError('USAGE', { what, fix: besideOut ? 'Leave one of them out' : `Give --format ${CONTAINER_DISK} too` });
}
