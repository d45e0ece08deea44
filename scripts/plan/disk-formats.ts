import { BakeError } from '../errors.ts';
import { nearest } from '../errors/nearest.ts';

/** How a release's disk is written for those who cannot read ours. */
export interface DiskFormat {
  readonly id: string;
  /** End of the file's name. */
  readonly suffix: string;
  readonly readers: string;
  /** What QEMU calls it, with the options with which it writes it. */
  readonly qemuFormat: string;
  readonly options: string;
  /** True: QEMU compresses the clusters itself. */
  readonly compress: boolean;
  /** True: what is written has to come in the order of the disk. */
  readonly inOrder?: true;
  /** The disk's size is rounded up to a multiple of this. */
  readonly roundToBytes: number;
  /** What is done with the written disk. */
  readonly packing: 'none' | 'zstd' | 'ova' | 'oci';
  /** True: what is packed is the released file itself, byte for byte. */
  readonly asReleased?: true;
}

const SECTOR = 512;
/** The one format that a registry takes as well. */
export const CONTAINER_DISK = 'containerdisk';
/** VMware counts a disk in whole grains and whole MiB, and its importers read a file from front to end. */
const STREAM_OPTIMIZED = {
  qemuFormat: 'vmdk',
  options: 'subformat=streamOptimized,adapter_type=lsilogic,compat6',
  compress: false,
  roundToBytes: 2 ** 20,
  inOrder: true,
} as const;

/** Every format that a release can be exported to; the help, the refusals and the launch targets read this table. */
export const DISK_FORMATS: readonly DiskFormat[] = [
  {
    id: 'qcow2',
    suffix: 'qcow2',
    readers: 'QEMU 5.1 and later',
    qemuFormat: 'qcow2',
    options: 'compression_type=zstd,cluster_size=256K',
    compress: true,
    roundToBytes: SECTOR,
    packing: 'none',
  },
  {
    id: 'qcow2-zlib',
    suffix: 'qcow2',
    readers: 'every QEMU',
    qemuFormat: 'qcow2',
    options: 'compression_type=zlib,cluster_size=64K',
    compress: true,
    roundToBytes: SECTOR,
    packing: 'none',
  },
  {
    id: 'raw.zst',
    suffix: 'raw.zst',
    readers: 'dd, once unpacked',
    qemuFormat: 'raw',
    options: 'preallocation=off',
    compress: false,
    roundToBytes: SECTOR,
    packing: 'zstd',
  },
  { id: 'vmdk', suffix: 'vmdk', readers: 'VMware, VirtualBox, AWS', packing: 'none', ...STREAM_OPTIMIZED },
  {
    id: 'vhdx',
    suffix: 'vhdx',
    readers: 'Hyper-V',
    qemuFormat: 'vhdx',
    options: 'subformat=dynamic',
    compress: false,
    roundToBytes: 2 ** 20,
    packing: 'none',
  },
  // Azure takes only whole MiB, and a footer that says the size itself instead of cylinders.
  {
    id: 'vhd',
    suffix: 'vhd',
    readers: 'Azure',
    qemuFormat: 'vpc',
    options: 'subformat=fixed,force_size=on',
    compress: false,
    roundToBytes: 2 ** 20,
    packing: 'none',
  },
  { id: 'ova', suffix: 'ova', readers: 'VMware', packing: 'ova', ...STREAM_OPTIMIZED },
  {
    id: CONTAINER_DISK,
    suffix: 'containerdisk.tar',
    readers: 'KubeVirt, from a registry',
    qemuFormat: 'qcow2',
    options: '',
    compress: false,
    roundToBytes: SECTOR,
    packing: 'oci',
    asReleased: true,
  },
];

/** The format of this name; a wrong one is answered with those that there are. */
export function diskFormat(id: string): DiskFormat {
  const found = DISK_FORMATS.find((format) => format.id === id);
  if (found !== undefined) return found;
  const ids = DISK_FORMATS.map((format) => format.id);
  const meant = nearest(id, ids);
  throw new BakeError('USAGE', {
    what: `There is no disk format ${JSON.stringify(id.slice(0, 80))}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    fix: `Choose one of: ${ids.join(', ')}`,
  });
}

/** A disk's size as a format can have it: never smaller than it was. */
export function sizeIn({ roundToBytes }: DiskFormat, virtualSizeBytes: number): number {
  return Math.ceil(virtualSizeBytes / roundToBytes) * roundToBytes;
}
