import { describe, expect, test } from 'vitest';
import { checksum, packed, readTcpHeader, tcpHeader, unpacked } from '../../scripts/tools/ethernet-frames.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test('the checksum is that of the RFC, also over an odd number of bytes', () => {
  expect(checksum([...bytes('0001f203f4f5f6f7')])).toBe(0x220d);
  expect(checksum([0x01])).toBe(0xfeff);
});

describe('a TCP header', () => {
  const endpoint = { mac: [], ip: [] };
  const segment = { self: endpoint, peer: endpoint, fromPort: 54_321, toPort: 443, sequence: 0x10607000 };

  test('counts what its family wants in its checksum', () => {
    const header = tcpHeader(segment, 0x02, (length) => [1, 2, 0, length]);
    expect(hex(Uint8Array.from(header.slice(0, 16)))).toBe('d43101bb' + '10607000' + '00000000' + '50020400');
    expect(checksum([1, 2, 0, 20, ...header])).toBe(0);
  });

  test('is read where it begins, and not when it is cut off', () => {
    const frame = bytes('ffff' + '0016d431' + '11223344' + '10607001' + '6012faf0' + '00000000');
    const read = { fromPort: 22, toPort: 54_321, syn: true, ack: true, rst: false, sequence: 0x11223344, acknowledged: 0x10607001 };
    expect(readTcpHeader(frame, 2)).toEqual(read);
    expect(readTcpHeader(frame.subarray(0, -1), 2)).toBeUndefined();
  });
});

describe('the stream between', () => {
  test('each frame travels behind its length, and comes out whole from any cut', () => {
    const frames = [Uint8Array.from([1, 2, 3]), new Uint8Array(300).fill(7), new Uint8Array()];
    const stream = Buffer.concat(frames.map((frame) => packed(frame)));
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const first = unpacked(stream.subarray(0, cut));
      const second = unpacked(Buffer.concat([first.rest, stream.subarray(cut)]));
      expect([...first.frames, ...second.frames].map(hex)).toEqual(frames.map(hex));
      expect(second.rest).toHaveLength(0);
    }
  });
});
