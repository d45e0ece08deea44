import type { Files, Host } from '../host/host.ts';
import * as vmdk from '../tools/vmdk-blocks.ts';

export interface VmdkToStream {
  /** As qemu-img writes it. */
  readonly from: string;
  readonly to: string;
  /** What the file will be called where it is read: its descriptor names it, and some readers look for that. */
  readonly name: string;
  /** Eight hex digits. */
  readonly contentId: string;
}

type Read = (sector: number, lengthBytes: number) => Promise<Uint8Array>;

const WINDOW_BYTES = 2 ** 20;
/** A grain that does not get smaller gets a little larger. */
const LARGEST_GRAIN_BYTES = vmdk.GRAIN_SECTORS * vmdk.VMDK_SECTOR + 8 * vmdk.VMDK_SECTOR;

/**
 * Puts the blocks of a VMDK in the order of VMware's own exports: grains by their place, each table behind its grains, the directory last, and then the end.
 * qemu-img leaves tables in front without their markers, grains as they came, and zeros behind the last one, which VMware's
 * importers take for the end of the stream: what they then hash is not the whole file.
 */
export async function streamVmdk({ files }: Pick<Host, 'files'>, { from, to, name, contentId }: VmdkToStream): Promise<void> {
  const read = windowed(files, from);
  const head = vmdk.parseVmdkHead(await read(0, vmdk.VMDK_HEAD_BYTES));
  await files.appendBytes(to, blocks(read, head, vmdk.vmdkDescriptor(head.descriptor, { name, contentId })));
}

async function* blocks(read: Read, { capacitySectors, directorySector }: vmdk.VmdkHead, descriptor: Uint8Array): AsyncGenerator<Uint8Array> {
  yield vmdk.vmdkHeader(capacitySectors);
  yield descriptor;
  yield new Uint8Array(vmdk.FIRST_GRAIN_SECTOR * vmdk.VMDK_SECTOR - vmdk.VMDK_HEAD_BYTES);
  const tables = Math.ceil(capacitySectors / vmdk.GRAIN_SECTORS / vmdk.GRAINS_IN_TABLE);
  const oldDirectory = vmdk.parsePlaces(await read(directorySector, tables * 4), tables);
  const directory: number[] = [];
  let sector = vmdk.FIRST_GRAIN_SECTOR;
  for (const [index, tableSector] of oldDirectory.entries()) {
    const { places, end } = yield* grains(read, { tableSector, firstGrain: index * vmdk.GRAINS_IN_TABLE, sector });
    if (end === sector) {
      directory.push(0);
      continue;
    }
    yield vmdk.vmdkMarker('table', vmdk.TABLE_SECTORS);
    yield vmdk.placesBytes(places);
    directory.push(end + 1);
    sector = end + 1 + vmdk.TABLE_SECTORS;
  }
  const table = vmdk.placesBytes(directory);
  yield vmdk.vmdkMarker('directory', table.length / vmdk.VMDK_SECTOR);
  yield table;
  yield vmdk.vmdkMarker('footer', 1);
  yield vmdk.vmdkHeader(capacitySectors, sector + 1);
  yield vmdk.vmdkMarker('endOfStream', 0);
}

interface TableToCopy {
  readonly tableSector: number;
  readonly firstGrain: number;
  /** Where its first grain goes. */
  readonly sector: number;
}

async function* grains(read: Read, { tableSector, firstGrain, sector }: TableToCopy): AsyncGenerator<Uint8Array, { places: readonly number[]; end: number }> {
  const old = tableSector === 0 ? [] : vmdk.parsePlaces(await read(tableSector, vmdk.GRAINS_IN_TABLE * 4), vmdk.GRAINS_IN_TABLE);
  const places: number[] = [];
  let end = sector;
  for (const [index, place] of old.entries()) {
    places.push(place === 0 ? 0 : end);
    if (place === 0) continue;
    const block = vmdk.grainBlock(await read(place, LARGEST_GRAIN_BYTES), firstGrain + index);
    yield block;
    end += block.length / vmdk.VMDK_SECTOR;
  }
  return { places, end };
}

/** Reads a file in large pieces, since what is wanted next is mostly in the one that was read last. */
function windowed(files: Pick<Files, 'readBytes'>, path: string): Read {
  let offset = 0;
  let bytes = new Uint8Array() as Uint8Array;
  return async (sector, lengthBytes) => {
    const wanted = sector * vmdk.VMDK_SECTOR;
    if (wanted < offset || wanted + lengthBytes > offset + bytes.length) {
      bytes = await files.readBytes(path, { offset: wanted, length: Math.max(lengthBytes, WINDOW_BYTES) });
      offset = wanted;
    }
    return bytes.subarray(wanted - offset, wanted - offset + lengthBytes);
  };
}
