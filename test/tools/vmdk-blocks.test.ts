import { describe, expect, test } from 'vitest';
import {
  grainBlock,
  parsePlaces,
  parseVmdkHead,
  placesBytes,
  VMDK_HEAD_BYTES,
  vmdkDescriptor,
  vmdkHeader,
  vmdkMarker,
} from '../../scripts/tools/vmdk-blocks.ts';

const TEXT = `# Disk DescriptorFile
version=1
CID=d89f1ea0
parentCID=ffffffff
createType="streamOptimized"
# Extent description
RW 198656 SPARSE "written.vmdk"
ddb.adapterType = "lsilogic"
`;

function head(change: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = new Uint8Array(VMDK_HEAD_BYTES);
  bytes.set(vmdkHeader(198_656, 38));
  bytes.set(vmdkDescriptor(TEXT, { name: 'a.vmdk', contentId: 'cafe0001' }), 512);
  change(new DataView(bytes.buffer));
  return bytes;
}

test('a header says where the directory is, or that it comes at the end', () => {
  const [known, atTheEnd] = [vmdkHeader(198_656, 38), vmdkHeader(198_656)].map((bytes) => new DataView(bytes.buffer));
  expect(new TextDecoder().decode(vmdkHeader(1).subarray(0, 4))).toBe('KDMV');
  expect([known?.getUint32(4, true), known?.getUint32(8, true), known?.getBigUint64(12, true), known?.getBigUint64(56, true)]).toEqual([
    ...[3, 0x3_0001, 198_656n, 38n],
  ]);
  expect(atTheEnd?.getBigUint64(56, true)).toBe(2n ** 64n - 1n);
});

test('a descriptor has the name and the id that it is given, and all else that it said', () => {
  const { descriptor } = parseVmdkHead(head());
  expect(descriptor).toBe(TEXT.replace('CID=d89f1ea0', 'CID=cafe0001').replace('written.vmdk', 'a.vmdk'));
  expect(descriptor).toContain('parentCID=ffffffff');
  expect(vmdkDescriptor(TEXT, { name: '$&$1', contentId: '1' })).toHaveLength(20 * 512);
  expect(new TextDecoder().decode(vmdkDescriptor(TEXT, { name: '$&$1', contentId: '1' }))).toContain('RW 198656 SPARSE "$&$1"');
});

describe('what qemu-img may write another day is refused, not guessed at', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['another file', head((view) => view.setUint32(0, 1, true))],
    ['other grains', head((view) => view.setBigUint64(20, 256n, true))],
    ['a descriptor elsewhere', head((view) => view.setBigUint64(28, 2n, true))],
    ['a longer descriptor', head((view) => view.setBigUint64(36, 40n, true))],
    ['other tables', head((view) => view.setUint32(44, 1024, true))],
    ['no compression', head((view) => view.setUint32(8, 0x2_0001, true))],
    ['grains that are only said to be zero', head((view) => view.setUint32(8, 0x3_0005, true))],
  ])('%s', (_title, bytes) => {
    expect(() => parseVmdkHead(bytes)).toThrow(expect.objectContaining({ code: 'TOOL_FAILED', what: expect.stringContaining('header') as string }) as Error);
  });

  test('a table that is cut off', () => {
    expect(parsePlaces(placesBytes([7, 0, 0xffff_fffe]), 3)).toEqual([7, 0, 0xffff_fffe]);
    expect(() => parsePlaces(new Uint8Array(8), 3)).toThrow('ends inside a table');
  });

  test.each<[string, Uint8Array, number]>([
    ['of another place', grain(128, [1, 2]), 2],
    ['that is cut off', grain(128, [1, 2]).subarray(0, 13), 1],
    ['of which hardly anything is there', new Uint8Array(5), 0],
  ])('a grain %s', (_title, bytes, index) => {
    expect(() => grainBlock(bytes, index)).toThrow(`grain ${index} is not where its table says`);
  });
});

test('a grain is cut out with zeros up to the next sector, whatever was behind it', () => {
  const block = grainBlock(Uint8Array.of(...grain(128, [1, 2]), ...Array.from({ length: 1000 }, () => 0xee)), 1);
  expect(block).toHaveLength(512);
  expect([...block.subarray(0, 16)]).toEqual([128, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2, 0, 0]);
  expect(block.subarray(14).every((byte) => byte === 0)).toBe(true);
});

test('tables fill whole sectors, and markers say what they are', () => {
  expect(placesBytes(Array.from({ length: 129 }, () => 1))).toHaveLength(1024);
  expect([...vmdkMarker('footer', 1).subarray(0, 16)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
  expect(vmdkMarker('endOfStream', 0).every((byte) => byte === 0)).toBe(true);
});

function grain(sector: number, data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(sector), true);
  view.setUint32(8, data.length, true);
  bytes.set(data, 12);
  return bytes;
}
