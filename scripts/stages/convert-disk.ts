import { join } from 'node:path';
import type { Release } from '../model/release.ts';
import { sizeIn, type DiskFormat } from '../plan/disk-formats.ts';
import { assertSameContent, createOverlayArgv, exportArgv } from '../tools/qemu-img.ts';
import type { Stage } from './stage.ts';

export interface DiskToConvert {
  readonly release: Release;
  /** The release's disk, its digest checked. */
  readonly diskPath: string;
  readonly format: DiskFormat;
  readonly workDir: string;
}

/** Writes a release's disk in another format, and reads it back: resolves with its path once every byte was found to be the same. */
export const convertDisk: Stage<DiskToConvert, string> = {
  name: 'convert-disk',
  title: 'Convert the disk and compare it',
  run: async ({ release, diskPath, format, workDir }, { host }) => {
    const path = join(workDir, `disk.${format.qemuFormat}`);
    if (format.asReleased) return diskPath;
    const { compression, virtualSizeBytes } = release.disk;
    if (format.qemuFormat === 'qcow2' && format.options.includes(`compression_type=${compression}`)) {
      await host.files.copy(diskPath, path);
      return path;
    }
    const sizeBytes = sizeIn(format, virtualSizeBytes);
    const overlayPath = join(workDir, 'rounded.qcow2');
    if (sizeBytes !== virtualSizeBytes) await host.run(createOverlayArgv({ path: overlayPath, backing: diskPath, backingFormat: 'qcow2', sizeBytes }));
    await host.run(exportArgv({ from: sizeBytes === virtualSizeBytes ? diskPath : overlayPath, to: path, format }), { contain: true });
    await assertSameContent(host, { from: diskPath, to: path, qemuFormat: format.qemuFormat });
    return path;
  },
};
