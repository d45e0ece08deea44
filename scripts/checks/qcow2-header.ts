const MAGIC = 0x5146_49fb;
const EXTERNAL_DATA_FILE = 1n << 2n;

/** How many bytes of a file its qcow2 header needs. */
export const QCOW2_HEADER_BYTES = 104;

/** Why a qcow2 file does not stand alone, in words that follow "The disk"; a disk that leans on another file can not be hashed as one. */
export function qcow2Dependence(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.byteLength < 72 || view.getUint32(0) !== MAGIC) return undefined;
  if (view.getBigUint64(8) !== 0n) return 'has a backing file';
  if (view.getUint32(32) !== 0) return 'is encrypted';
  const features = view.getUint32(4) >= 3 && head.byteLength >= 80 ? view.getBigUint64(72) : 0n;
  return (features & EXTERNAL_DATA_FILE) === 0n ? undefined : 'keeps its data in another file';
}
