import type { Distro } from '../model/distro.ts';
import type { Need } from '../model/host-report.ts';
import { keyringRequirements } from './archive-keyrings.ts';
import { fileSystemRequirements } from './file-system-requirements.ts';
import { GRADE_REQUIREMENTS } from './grade-requirements.ts';
import { both, named, type HostRequirement } from './host-requirement.ts';
import { REHEARSAL_REQUIREMENTS } from './rehearsal-requirements.ts';
import { TEST_REQUIREMENTS } from './test-requirements.ts';

export type { HostRequirement } from './host-requirement.ts';

const BOTH_DRIVERS: readonly Need[] = ['native', 'vm'];
const UTIL_LINUX = both('util-linux');
const E2FSPROGS = both('e2fsprogs');
const SSH = { apt: 'openssh-client', dnf: 'openssh-clients' };

/** Everything that Ingot ever calls on a host. Doctor shows this table, setup installs from it, a bake refuses by it. */
export const HOST_REQUIREMENTS: readonly HostRequirement[] = [
  named('qemu-system-x86_64', {
    purpose: 'boots images',
    needs: ['vm', 'boot'],
    packages: { apt: 'qemu-system-x86', dnf: 'qemu-kvm' },
    versionArgs: ['--version'],
    minimum: '4.2',
  }),
  named('qemu-img', {
    purpose: 'makes and checks disks',
    needs: ['bake', 'boot', 'export'],
    packages: { apt: 'qemu-utils', dnf: 'qemu-img' },
    versionArgs: ['--version'],
    minimum: '5.1',
  }),
  named('qemu-io', {
    purpose: 'looks into free blocks of a disk, and clears them',
    needs: ['bake', 'verify'],
    packages: { apt: 'qemu-utils', dnf: 'qemu-img' },
  }),
  named('qemu-storage-daemon', {
    purpose: 'opens a disk as a file, without booting it',
    needs: ['bake', 'verify'],
    packages: { apt: 'qemu-system-common', dnf: 'qemu-img' },
    versionArgs: ['--version'],
    minimum: '6.0',
  }),
  named('packer', { purpose: 'runs the layers', needs: BOTH_DRIVERS, packages: both('packer'), versionArgs: ['--version'], minimum: '1.6.6' }),
  named('xorriso', { purpose: 'writes the cloud-init seed', needs: ['vm', 'boot'], packages: both('xorriso'), versionArgs: ['-version'] }),
  named('mmdebstrap', {
    purpose: 'builds a base from packages',
    needs: ['bootstrap', 'rehearsal'],
    packages: both('mmdebstrap'),
    versionArgs: ['--version'],
  }),
  named('gpg', { purpose: 'checks keys', needs: ['bake', 'rehearsal', 'tests'], packages: { apt: 'gpg', dnf: 'gnupg2' } }),
  named('gpgv', { purpose: 'checks signatures', needs: ['bake'], packages: { apt: 'gpgv', dnf: 'gnupg2' }, versionArgs: ['--version'] }),
  named('mcopy', { purpose: 'fills the EFI partition', needs: ['bootstrap'], packages: both('mtools'), versionArgs: ['--version'] }),
  named('mmd', { purpose: 'fills the EFI partition', needs: ['bootstrap'], packages: both('mtools') }),
  named('mkfs.vfat', { purpose: 'makes the EFI partition', needs: ['bootstrap'], packages: both('dosfstools') }),
  named('sgdisk', { purpose: 'writes the partition table', needs: ['bootstrap'], packages: both('gdisk'), versionArgs: ['--version'] }),
  named('sfdisk', {
    purpose: 'reads partition tables',
    needs: ['bake', 'bootstrap'],
    packages: { apt: 'fdisk', dnf: 'util-linux' },
    versionArgs: ['--version'],
  }),
  {
    id: 'grub-mkimage',
    anyOf: ['grub-mkimage', 'grub2-mkimage'],
    purpose: 'makes the boot loader',
    needs: ['bootstrap'],
    packages: { apt: 'grub-common', dnf: 'grub2-tools' },
    versionArgs: ['--version'],
  },
  {
    id: 'GRUB for BIOS',
    anyOf: ['/usr/lib/grub/i386-pc/boot.img'],
    purpose: 'boot loader for BIOS machines',
    needs: ['bootstrap'],
    packages: { apt: 'grub-pc-bin', dnf: 'grub2-pc-modules' },
  },
  {
    id: 'GRUB for UEFI',
    anyOf: ['/usr/lib/grub/x86_64-efi/moddep.lst'],
    purpose: 'boot loader for UEFI machines',
    needs: ['bootstrap'],
    packages: { apt: 'grub-efi-amd64-bin', dnf: 'grub2-efi-x64-modules' },
  },
  named('zstd', { purpose: 'packs raw disks', needs: ['export', 'tests'], packages: both('zstd'), versionArgs: ['--version'] }),
  named('tar', { purpose: 'packs appliances and images', needs: ['export'], packages: both('tar'), versionArgs: ['--version'] }),
  ...GRADE_REQUIREMENTS,
  named('mke2fs', { purpose: 'makes file systems', needs: ['bootstrap'], packages: E2FSPROGS, versionArgs: ['-V'] }),
  named('e2fsck', { purpose: 'proves that a file system is whole', needs: ['bake'], packages: E2FSPROGS }),
  named('dumpe2fs', { purpose: 'tells which blocks are free', needs: ['bake', 'verify'], packages: E2FSPROGS }),
  named('debugfs', { purpose: 'reads a file system without mounting it', needs: ['bake'], packages: E2FSPROGS }),
  {
    id: 'UEFI firmware',
    anyOf: ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_CODE.fd'],
    purpose: 'boots images the UEFI way',
    needs: ['boot'],
    packages: { apt: 'ovmf', dnf: 'edk2-ovmf' },
  },
  named('ssh', { purpose: 'talks to the booted image', needs: ['vm', 'boot'], packages: SSH, versionArgs: ['-V'] }),
  named('ssh-keygen', { purpose: 'makes keys, signs releases and checks their signatures', needs: ['vm', 'boot'], packages: SSH }),
  named('curl', { purpose: 'fetches bases and pages of the booted image', needs: ['bake', 'verify'], packages: both('curl'), versionArgs: ['--version'] }),
  named('setpriv', { purpose: 'ends what we started when we die', needs: ['bake', 'boot'], packages: UTIL_LINUX, versionArgs: ['--version'] }),
  named('unshare', { purpose: 'keeps mounts and processes of a bake apart', needs: ['native', 'verify'], packages: UTIL_LINUX }),
  named('mount', { purpose: 'opens the file system of a disk', needs: ['native', 'verify'], packages: { apt: 'mount', dnf: 'util-linux' } }),
  named('blkid', { purpose: 'tells file systems apart', needs: ['bake', 'verify'], packages: UTIL_LINUX }),
  named('getcap', { purpose: 'finds programs with rights of root on a disk', needs: ['verify'], packages: { apt: 'libcap2-bin', dnf: 'libcap' } }),
  named('losetup', { purpose: 'opens the file system of a disk', needs: ['native', 'verify'], packages: { apt: 'mount', dnf: 'util-linux' } }),
  named('/dev/fuse', {
    purpose: 'shows a disk as a file',
    needs: ['bake', 'verify'],
    packages: {},
    otherwise: 'load the kernel module (modprobe fuse); in a container, pass the device in',
  }),
  named('/dev/loop-control', {
    purpose: 'opens the file system of a disk',
    needs: ['native', 'verify'],
    packages: {},
    otherwise: 'load the kernel module (modprobe loop); in a container, pass the device in',
  }),
  named('python3', {
    purpose: 'fetches Python wheels by their hashes',
    needs: ['wheels', 'rehearsal'],
    packages: both('python3'),
    versionArgs: ['--version'],
  }),
  {
    id: 'pip',
    anyOf: ['pip3', 'pip', '/usr/lib/python3/dist-packages/pip'],
    purpose: 'fetches Python wheels by their hashes',
    needs: ['wheels', 'rehearsal'],
    packages: both('python3-pip'),
  },
  ...REHEARSAL_REQUIREMENTS,
  ...TEST_REQUIREMENTS,
];

/** Free space and memory below which a bake is not even begun. */
export const HOST_MINIMUM = { freeDiskMiB: 8192, availableMemoryMiB: 1024 } as const;

/** What each driver's whole way needs, from the base to the verified image. Verification never takes a short cut, so it is in all. */
export function needsOf(driver: 'auto' | 'native' | 'vm', isRoot: boolean): readonly Need[] {
  const chosen = driver === 'auto' ? (isRoot ? 'native' : 'vm') : driver;
  return ['bake', chosen, 'bootstrap', 'wheels', 'boot', 'verify'];
}

/** The rows of the table that a piece of work needs, and those that come from the distros it is about. */
export function requirementsOf(needs: readonly Need[], distros: readonly Distro[] = []): readonly HostRequirement[] {
  const always = HOST_REQUIREMENTS.filter((requirement) => requirement.needs.some((need) => needs.includes(need)));
  return [...always, ...keyringRequirements(distros), ...fileSystemRequirements(distros)];
}
