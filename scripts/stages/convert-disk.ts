import { dirname, join } from 'node:path';
import type { Release } from '../model/release.ts';
import { sizeIn, type DiskFormat } from '../plan/disk-formats.ts';
import { assertSameContent, createOverlayArgv, exportArgv } from '../tools/qemu-img.ts';
import type { Context, Stage } from './stage.ts';
import { streamVmdk } from './stream-vmdk.ts';

export interface DiskToConvert {
  readonly release: Release;
  /** The release's disk, its digest checked. */
  readonly diskPath: string;
  readonly format: DiskFormat;
  readonly workDir: string;
  /** What the written disk is called in the end. */
  readonly name: string;
}

/** Writes a release's disk in another format, and reads it back: resolves with its path once every byte was found to be the same. */
export const convertDisk: Stage<DiskToConvert, string> = {
  name: 'convert-disk',
  title: 'Convert the disk and compare it',
  run: async (disk, context) => {
    const { release, diskPath, format, workDir } = disk;
    if (format.asReleased) return diskPath;
    const { files } = context.host;
    const path = join(workDir, 'converted', disk.name);
    await files.makeDir(dirname(path));
    if (format.qemuFormat === 'qcow2' && format.options.includes(`compression_type=${release.disk.compression}`)) await files.copy(diskPath, path);
    else await convert(context, disk, path);
    return path;
  },
};

async function convert({ host }: Context, { release, diskPath, format, workDir, name }: DiskToConvert, path: string): Promise<void> {
  const { virtualSizeBytes, sha256 } = release.disk;
  const sizeBytes = sizeIn(format, virtualSizeBytes);
  const [overlayPath, writtenPath] = [join(workDir, 'rounded.qcow2'), join(workDir, `written.${format.qemuFormat}`)];
  if (sizeBytes !== virtualSizeBytes) await host.run(createOverlayArgv({ path: overlayPath, backing: diskPath, backingFormat: 'qcow2', sizeBytes }));
  await host.run(exportArgv({ from: sizeBytes === virtualSizeBytes ? diskPath : overlayPath, to: writtenPath, format }), { contain: true });
  if (format.qemuFormat === 'vmdk') await streamVmdk(host, { from: writtenPath, to: path, name, contentId: sha256.slice(0, 8) });
  else await host.files.rename(writtenPath, path);
  await host.files.remove(writtenPath);
  await assertSameContent(host, { from: diskPath, to: path, qemuFormat: format.qemuFormat });
}
