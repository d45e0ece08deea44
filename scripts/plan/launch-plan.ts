import type { Profile } from '../model/image-spec.ts';
import type { LaunchPlan } from '../model/launch-plan.ts';
import type { Release } from '../model/release.ts';
import { diskFormat } from './disk-formats.ts';
import type { LaunchTarget } from './launch-targets.ts';

export interface LaunchWish {
  readonly target: LaunchTarget;
  readonly release: Release;
  readonly profile: Profile;
  /** Of the machine. */
  readonly name: string;
  readonly projectDir: string;
  readonly storeLocation: string;
  /** `host/repository@sha256:…`, for a place that pulls images: the machine starts from it, and nothing is exported. */
  readonly containerDisk?: string;
}

const GIB = 2 ** 30;
const FIRMWARE_NAMES = {
  bios: { openstack: 'bios', proxmox: 'seabios', aws: 'legacy-bios' },
  uefi: { openstack: 'uefi', proxmox: 'ovmf', aws: 'uefi' },
} as const;

/** Works out every value that launching a release elsewhere takes: from the release, a size and a name alone. */
export function planLaunch(wish: LaunchWish): LaunchPlan {
  const { target, release, containerDisk } = wish;
  // Our own images start with BIOS where they can, as everywhere else in Ingot.
  const firmware = release.firmware.includes('bios') ? 'bios' : 'uefi';
  const names = FIRMWARE_NAMES[firmware];
  return {
    ...{ target: target.id, files: target.files, seed: target.seed },
    ...(target.hasFirmwareFiles ? { firmware } : {}),
    ...(target.pullsImages ? { root: containerDisk === undefined ? 'export' : 'registry' } : {}),
    values: {
      ...releaseValues(wish),
      ...machineValues(wish),
      ...(containerDisk === undefined ? {} : { containerDisk }),
      firmwareType: names.openstack,
      bios: names.proxmox,
      bootMode: names.aws,
    },
  };
}

function releaseValues({ target, release, projectDir, storeLocation }: LaunchWish): LaunchPlan['values'] {
  const stem = `${release.imageId}-${release.version}`;
  return {
    ...{ projectDir, storeLocation, target: target.id, format: target.format },
    reference: `${release.imageId}@${release.version}`,
    sha256: release.disk.sha256,
    minDiskGiB: Math.ceil(release.disk.virtualSizeBytes / GIB),
    diskFile: `${stem}.${diskFormat(target.format).suffix}`,
    imageName: stem,
    imageFile: `${stem}.qcow2`,
  };
}

function machineValues({ release, profile, name }: LaunchWish): LaunchPlan['values'] {
  // A disk is never smaller than its image: what lies beyond the end would be lost.
  const diskGiB = Math.max(profile.diskGiB, Math.ceil(release.disk.virtualSizeBytes / GIB));
  const images = '/var/lib/libvirt/images';
  return {
    ...{ name, hostname: name.replaceAll('.', '-'), cpus: profile.cpus, memoryMiB: profile.memoryMiB, memory: `${profile.memoryMiB}Mi` },
    ...{ diskGiB, diskSize: `${diskGiB}G`, claimSize: `${diskGiB}Gi`, diskBytes: diskGiB * GIB },
    ...{ rootFile: `${name}.qcow2`, seedFile: `${name}-seed.iso`, seedName: `${name}-user-data` },
    ...{ diskPath: `${images}/${name}.qcow2`, seedPath: `${images}/${name}-seed.iso` },
  };
}
