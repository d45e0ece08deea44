import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';

export interface ImageInfo {
  readonly format: string;
  readonly virtualSizeBytes: number;
  readonly sizeBytes: number;
  readonly backingFile: string | undefined;
  readonly compression: string | undefined;
}

/** What a disk file is, asked of qemu-img itself. BASE_INVALID when it is not one. */
export async function imageInfo(host: Host, path: string): Promise<ImageInfo> {
  const { exitCode, stdout, stderr } = await host.run(['qemu-img', 'info', '--output=json', '--force-share', path], { reject: false });
  if (exitCode !== 0) throw notADisk(path, stderr);
  const info = JSON.parse(stdout) as Record<string, unknown>;
  const specific = info['format-specific'] as { data?: Record<string, unknown> } | undefined;
  return {
    format: String(info['format']),
    virtualSizeBytes: Number(info['virtual-size']),
    sizeBytes: Number(info['actual-size']),
    backingFile: typeof info['backing-filename'] === 'string' ? info['backing-filename'] : undefined,
    compression: typeof specific?.data?.['compression-type'] === 'string' ? specific.data['compression-type'] : undefined,
  };
}

/** Refuses a qcow2 whose own tables are not clean. */
export async function checkImage(host: Host, path: string): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run(['qemu-img', 'check', '--force-share', path], { reject: false });
  // 63: the format (raw) has nothing to check.
  if (exitCode === 0 || exitCode === 63) return;
  throw new BakeError('BASE_INVALID', {
    what: `The disk ${path} is damaged`,
    fix: 'Fetch or bake it again; it was not changed',
    details: `${stdout}\n${stderr}`.trim().split('\n').slice(0, 10),
  });
}

export function createOverlayArgv({
  path,
  backing,
  backingFormat,
  sizeBytes,
}: {
  readonly path: string;
  readonly backing: string;
  readonly backingFormat: string;
  readonly sizeBytes?: number;
}): Argv {
  return ['qemu-img', 'create', '-q', '-f', 'qcow2', '-b', backing, '-F', backingFormat, path, ...(sizeBytes === undefined ? [] : [String(sizeBytes)])];
}

/** Writes a stand-alone, compressed copy of a disk and of everything below it. */
export function compactArgv({ from, to, compression }: { readonly from: string; readonly to: string; readonly compression: 'zstd' | 'zlib' }): Argv {
  return [
    'qemu-img',
    'convert',
    '-c',
    '-o',
    `compression_type=${compression},cluster_size=${compression === 'zstd' ? '256K' : '64K'}`,
    '-m',
    '4',
    '-W',
    '-O',
    'qcow2',
    from,
    to,
  ];
}

/** Writes a stand-alone, uncompressed qcow2: quick to write and to read, for disks that stay in the cache. */
export function convertArgv({ from, fromFormat, to }: { readonly from: string; readonly fromFormat: string; readonly to: string }): Argv {
  return ['qemu-img', 'convert', '-W', '-m', '4', '-f', fromFormat, '-O', 'qcow2', from, to];
}

/** Writes a stand-alone copy of a qcow2 disk in another format, with that format's own options. */
export function exportArgv({ from, to, format }: { readonly from: string; readonly to: string; readonly format: ExportFormat }): Argv {
  const { qemuFormat, options, compress, inOrder = false } = format;
  const ways = [...(compress ? ['-c'] : []), ...(inOrder ? [] : ['-W'])];
  return ['qemu-img', 'convert', ...ways, '-m', '4', '-f', 'qcow2', '-O', qemuFormat, '-o', options, from, to];
}

export interface ExportFormat {
  readonly qemuFormat: string;
  readonly options: string;
  readonly compress: boolean;
  readonly inOrder?: true;
}

/** Refuses a copy whose content is not, byte for byte, the one of the disk that it was made from. */
export async function assertSameContent(
  host: Host,
  { from, to, qemuFormat }: { readonly from: string; readonly to: string; readonly qemuFormat: string },
): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run(['qemu-img', 'compare', '--force-share', '-f', 'qcow2', '-F', qemuFormat, from, to], {
    reject: false,
    contain: true,
  });
  if (exitCode === 0) return;
  throw new BakeError('TOOL_FAILED', {
    what: `${to} does not carry the content of the disk that it was made from`,
    fix: 'Run the same command again; if it stays, another version of qemu-img is needed',
    details: `${stdout}\n${stderr}`.trim().split('\n').slice(-5),
  });
}

/** Changes which file an overlay names as its parent, without touching any data. */
export function renameBackingArgv({ path, backing }: { readonly path: string; readonly backing: string }): Argv {
  return ['qemu-img', 'rebase', '-u', '-b', backing, '-F', 'qcow2', path];
}

/** Writes the clusters of an overlay into its parent. */
export function commitArgv(path: string): Argv {
  return ['qemu-img', 'commit', '-q', '-t', 'unsafe', path];
}

function notADisk(path: string, stderr: string): BakeError {
  return new BakeError('BASE_INVALID', {
    what: `${path} is not a disk that QEMU can read`,
    fix: 'Give a whole qcow2 or raw disk file',
    details: stderr.trim().split('\n').slice(-3),
  });
}
