import { BakeError } from '../errors.ts';

/** What every place in a VMDK is counted in. */
export const VMDK_SECTOR = 512;
/** A piece of the disk that is compressed by itself. */
export const GRAIN_SECTORS = 128;
export const GRAINS_IN_TABLE = 512;
export const TABLE_SECTORS = 4;
/** Header and descriptor. */
export const VMDK_HEAD_BYTES = 21 * VMDK_SECTOR;
/** Where the first grain is. */
export const FIRST_GRAIN_SECTOR = 128;

const MAGIC = 0x564d_444b;
const DESCRIPTOR_SECTORS = 20;
/** The four that are looked at: line ends are checked, a grain may be a mere zero, grains are compressed, blocks are marked. */
const [LINE_ENDS, ZERO_GRAINS, COMPRESSED, MARKED] = [1, 4, 1 << 16, 1 << 17];
const AT_THE_END = 0xffff_ffff_ffff_ffffn;
const MARKERS = { endOfStream: 0, table: 1, directory: 2, footer: 3 } as const;
const LINE_END_CHARACTERS = [0x0a, 0x20, 0x0d, 0x0a];

export interface VmdkHead {
  readonly capacitySectors: number;
  readonly directorySector: number;
  readonly descriptor: string;
}

/** What the beginning of a stream-optimised VMDK of qemu-img says. */
export function parseVmdkHead(bytes: Uint8Array): VmdkHead {
  const view = viewOf(bytes);
  const sizes = bytes.length < VMDK_HEAD_BYTES ? [] : [view.getUint32(0, true), ...[20, 28, 36].map((at) => wide(view, at)), view.getUint32(44, true)];
  const flags = bytes.length < VMDK_HEAD_BYTES ? 0 : view.getUint32(8, true);
  const isKnown =
    sizes.join(' ') === [MAGIC, GRAIN_SECTORS, 1, DESCRIPTOR_SECTORS, GRAINS_IN_TABLE].join(' ') &&
    (flags & (COMPRESSED | MARKED | ZERO_GRAINS)) === (COMPRESSED | MARKED);
  if (!isKnown) throw strange('its header is another one');
  const text = new TextDecoder().decode(bytes.subarray(VMDK_SECTOR, VMDK_HEAD_BYTES));
  return { capacitySectors: wide(view, 12), directorySector: wide(view, 56), descriptor: text.slice(0, text.indexOf('\0')) };
}

/** The header: once at the beginning, where the directory is said to be at the end, and once at the end, with its place. */
export function vmdkHeader(capacitySectors: number, directorySector?: number): Uint8Array {
  const bytes = new Uint8Array(VMDK_SECTOR);
  const view = viewOf(bytes);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, 3, true);
  view.setUint32(8, LINE_ENDS | COMPRESSED | MARKED, true);
  const wides = { 12: capacitySectors, 20: GRAIN_SECTORS, 28: 1, 36: DESCRIPTOR_SECTORS, 64: FIRST_GRAIN_SECTOR };
  for (const [at, value] of Object.entries(wides)) view.setBigUint64(Number(at), BigInt(value), true);
  view.setUint32(44, GRAINS_IN_TABLE, true);
  view.setBigUint64(56, directorySector === undefined ? AT_THE_END : BigInt(directorySector), true);
  bytes.set(LINE_END_CHARACTERS, 73);
  view.setUint16(77, 1, true);
  return bytes;
}

/** What qemu-img says of the disk, under the name that the file will have and with an id that its content decides. */
export function vmdkDescriptor(text: string, { name, contentId }: { readonly name: string; readonly contentId: string }): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR_SECTORS * VMDK_SECTOR);
  const said = text.replace(/^CID=.*$/m, () => `CID=${contentId}`).replace(/^(RW \d+ SPARSE) .*$/m, (_line, extent: string) => `${extent} "${name}"`);
  bytes.set(new TextEncoder().encode(said));
  return bytes;
}

/** Says what the sectors after it are, to whoever reads the file as a stream. */
export function vmdkMarker(kind: keyof typeof MARKERS, sectors: number): Uint8Array {
  const bytes = new Uint8Array(VMDK_SECTOR);
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(sectors), true);
  view.setUint32(12, MARKERS[kind], true);
  return bytes;
}

/** Places as a table in whole sectors. */
export function placesBytes(places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((places.length * 4) / VMDK_SECTOR) * VMDK_SECTOR);
  const view = viewOf(bytes);
  for (const [index, place] of places.entries()) view.setUint32(index * 4, place, true);
  return bytes;
}

/** A table as places; 0 is nothing. */
export function parsePlaces(bytes: Uint8Array, count: number): readonly number[] {
  if (bytes.length < count * 4) throw strange('it ends inside a table');
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, index) => view.getUint32(index * 4, true));
}

/** Cuts one compressed grain, with the place that it says of itself, out of what begins with it. */
export function grainBlock(bytes: Uint8Array, grain: number): Uint8Array {
  const view = viewOf(bytes);
  const usedBytes = bytes.length < 12 ? Number.NaN : 12 + view.getUint32(8, true);
  if (!(usedBytes <= bytes.length) || wide(view, 0) !== grain * GRAIN_SECTORS) throw strange(`grain ${grain} is not where its table says`);
  const block = new Uint8Array(Math.ceil(usedBytes / VMDK_SECTOR) * VMDK_SECTOR);
  block.set(bytes.subarray(0, usedBytes));
  return block;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function strange(what: string): BakeError {
  return new BakeError('TOOL_FAILED', {
    what: `qemu-img wrote a VMDK that is not of the kind it was asked for: ${what}`,
    fix: 'Another version of qemu-img is needed; export to another format meanwhile',
  });
}
