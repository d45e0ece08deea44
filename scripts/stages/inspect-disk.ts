import { join } from 'node:path';
import { partitionTable, rootPartition, TABLE_BYTES, type Partition } from '../checks/partition-table.ts';
import { qcow2Dependence, QCOW2_HEADER_BYTES } from '../checks/qcow2-header.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { SealedDisk } from '../checks/sealed-disk.ts';
import { checkImage, imageInfo } from '../tools/qemu-img.ts';
import type { Stage } from './stage.ts';

export interface InspectedDisk {
  /** Absolute. */
  readonly path: string;
  readonly format: 'qcow2' | 'raw';
  readonly virtualSizeBytes: number;
  readonly fileSizeBytes: number;
  /** Undefined when no partition is a Linux one that can be looked into. */
  readonly root: Partition | undefined;
  /** All of them. */
  readonly partitions: readonly Partition[];
  readonly sha256: string;
}

/** Looks at a disk file before anything runs it: is it one, is it whole, does it stand alone, and what is its digest. Never writes to it. */
export const inspectDisk: Stage<{ readonly diskPath: string; readonly scratchDir: string }, InspectedDisk> = {
  name: 'inspect-disk',
  title: 'Look at the disk file',
  run: async ({ diskPath: named, scratchDir }, { host }) => {
    // What a link leads to is what QEMU opens: it is measured, and read to the end, also when the link is moved meanwhile.
    const diskPath = (await host.files.realPath(named)) ?? named;
    const stat = await host.files.stat(diskPath);
    if (stat === undefined || stat.kind === 'symlink') throw refused(diskPath, 'does not exist');
    if (stat.kind !== 'file') throw refused(diskPath, 'is not a file');
    const dependence = qcow2Dependence(await host.files.readBytes(diskPath, { offset: 0, length: QCOW2_HEADER_BYTES }));
    if (dependence !== undefined) throw refused(diskPath, dependence);
    const { format, virtualSizeBytes, backingFile } = await imageInfo(host, diskPath);
    if (backingFile !== undefined) throw refused(diskPath, 'has a backing file');
    if (format !== 'qcow2' && format !== 'raw') throw refused(diskPath, `has the format ${format}`);
    await checkImage(host, diskPath);
    const partitions = partitionTable(await firstBytes(host, { diskPath, format, scratchDir }));
    if (partitions === undefined) throw refused(diskPath, 'has no partition table that can be read');
    if (partitions.some(({ offsetBytes, sizeBytes }) => offsetBytes + sizeBytes > virtualSizeBytes))
      throw refused(diskPath, 'is cut off: its partitions reach beyond its end');
    return {
      path: diskPath,
      format,
      virtualSizeBytes,
      fileSizeBytes: stat.sizeBytes,
      root: rootPartition(partitions),
      partitions,
      sha256: await host.files.digest(diskPath),
    };
  },
};

/** Where a disk that was inspected is looked into. */
export function sealedPlace({ path, format, partitions }: InspectedDisk, root: Partition): SealedDisk {
  const { offsetBytes, sizeBytes } = root;
  return { diskPath: path, diskFormat: format, offsetBytes, sizeBytes, otherPartitions: partitions.filter(({ number }) => number !== root.number) };
}

interface Head {
  readonly diskPath: string;
  readonly format: 'qcow2' | 'raw';
  readonly scratchDir: string;
}

async function firstBytes(host: Host, { diskPath, format, scratchDir }: Head): Promise<Uint8Array> {
  const headPath = join(scratchDir, 'head.raw');
  await host.run(['qemu-img', 'dd', '-U', '-f', format, '-O', 'raw', 'bs=1M', `count=${TABLE_BYTES >> 20}`, `if=${diskPath}`, `of=${headPath}`]);
  return host.files.readBytes(headPath);
}

function refused(path: string, why: string): BakeError {
  return new BakeError('BASE_INVALID', { what: `The disk ${path} ${why}`, fix: 'Give a whole, stand-alone qcow2 or raw disk with a partition table' });
}
