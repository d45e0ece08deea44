import type { Profile, SourceTexts } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import { renderTemplateOf } from './template.ts';

export interface OvfRequest {
  readonly release: Release;
  readonly size: Pick<Profile, 'cpus' | 'memoryMiB'>;
  readonly disk: { readonly file: string; readonly sizeBytes: number; readonly capacityBytes: number };
  readonly templates: SourceTexts;
}

/** The description of an appliance: which disk, on which machine, and what its first boot may be told. */
export function renderOvf({ release, size, disk, templates }: OvfRequest): string {
  const { imageId, version, loginUser } = release;
  return renderTemplateOf(templates, 'templates/ovf/image.ovf.hbs', {
    name: imageId,
    title: `${imageId} ${version}`,
    version,
    loginUser,
    cpus: size.cpus,
    memoryMiB: size.memoryMiB,
    diskFile: disk.file,
    diskSizeBytes: disk.sizeBytes,
    capacityBytes: disk.capacityBytes,
    firmware: release.firmware.includes('bios') ? 'bios' : 'efi',
  });
}
