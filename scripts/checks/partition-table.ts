const SECTOR = 512;
const GPT_SIGNATURE = 'EFI PART';
/** Types of GPT partitions that hold a Linux root: "Linux filesystem" and "Linux root (x86-64)". */
const LINUX_TYPES: readonly string[] = ['0fc63daf-8483-4772-8e79-3d69d8477de4', '4f68bce3-e8cd-4db1-96e7-fbcaf984b709'];
const MBR_LINUX = 0x83;

export interface Partition {
  readonly number: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly linux: boolean;
  /** The partition's own id in a GPT, in lower case. */
  readonly uuid?: string;
}

/** How many bytes from the start of a disk are needed to read its table. */
export const TABLE_BYTES = 1 << 20;

/** The partitions of a disk by its first bytes; undefined when there is no table that can be read. */
export function partitionTable(head: Uint8Array): readonly Partition[] | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.byteLength < 2 * SECTOR || view.getUint16(510, true) !== 0xaa55) return undefined;
  return text(head, SECTOR, 8) === GPT_SIGNATURE ? gptPartitions(head, view) : mbrPartitions(view);
}

/** The partition that the system lives in: the largest that Linux uses. */
export function rootPartition(partitions: readonly Partition[]): Partition | undefined {
  return partitions.filter(({ linux }) => linux).toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0];
}

function gptPartitions(head: Uint8Array, view: DataView): readonly Partition[] | undefined {
  const start = Number(view.getBigUint64(SECTOR + 72, true)) * SECTOR;
  const count = view.getUint32(SECTOR + 80, true);
  const size = view.getUint32(SECTOR + 84, true);
  if (size < 128 || count > 1024 || start + count * size > head.byteLength) return undefined;
  return Array.from({ length: count }, (_, index) => ({ number: index + 1, at: start + index * size }))
    .filter(({ at }) => head.subarray(at, at + 16).some((byte) => byte !== 0))
    .map(({ number, at }) => {
      const [first, last] = [Number(view.getBigUint64(at + 32, true)), Number(view.getBigUint64(at + 40, true))];
      return {
        number,
        offsetBytes: first * SECTOR,
        sizeBytes: (last - first + 1) * SECTOR,
        linux: LINUX_TYPES.includes(guid(head, view, at)),
        uuid: guid(head, view, at + 16),
      };
    });
}

function mbrPartitions(view: DataView): readonly Partition[] | undefined {
  const partitions = [0, 1, 2, 3]
    .map((index) => ({ number: index + 1, at: 446 + index * 16 }))
    .map(({ number, at }) => ({
      number,
      type: view.getUint8(at + 4),
      offsetBytes: view.getUint32(at + 8, true) * SECTOR,
      sizeBytes: view.getUint32(at + 12, true) * SECTOR,
    }))
    .filter(({ type, sizeBytes }) => type !== 0 && sizeBytes > 0);
  return partitions.length === 0 ? undefined : partitions.map(({ type, ...partition }) => ({ ...partition, linux: type === MBR_LINUX }));
}

/** The first three fields of a GUID are little-endian. */
function guid(head: Uint8Array, view: DataView, at: number): string {
  const fields = [hex(view.getUint32(at, true), 8), hex(view.getUint16(at + 4, true), 4), hex(view.getUint16(at + 6, true), 4)];
  const rest = Array.from(head.subarray(at + 8, at + 16), (byte) => hex(byte, 2)).join('');
  return [...fields, rest.slice(0, 4), rest.slice(4)].join('-');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function text(head: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...head.subarray(at, at + length));
}
