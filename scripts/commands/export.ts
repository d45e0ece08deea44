import { dirname } from 'node:path';
import { exportRelease } from '../pipelines/export-release.ts';
import { DISK_FORMATS } from '../plan/disk-formats.ts';
import { size } from '../reports/quantities.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { defineCommand } from './command.ts';
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
    yanked: YANKED,
    yes: YES,
    store: STORE,
  },
  examples: ['npm run export -- debian --format vmdk --out disk.vmdk', 'npm run export -- debian@stable --format vhd'],
  run: async ({ values, positionals: [reference = ''], desk, places, ask, pathOf }) => {
    await ensureHost(desk, { needs: ['export'], yes: values.yes, ask });
    const out = values.out === undefined ? { dir: dirname(pathOf('disk')) } : { path: pathOf(values.out) };
    const disk = await exportRelease(desk, {
      storeLocation: places.storeLocation,
      reference,
      format: values.format,
      out,
      ...(values.yanked ? { yanked: true } : {}),
    });
    return {
      document: { kind: 'ExportedDisk', schemaVersion: 1, ...disk },
      text: `${disk.reference} as ${disk.format}, ${size(disk.sizeBytes)}, the same content byte for byte:\n${disk.sha256}  ${disk.path}\n`,
    };
  },
});
