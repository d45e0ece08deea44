import { describe, expect, test } from 'vitest';
import { checksum, packed, readTransport, tcpHeader, udpPacket, unpacked } from '../../scripts/tools/ethernet-frames.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test('the checksum is that of the RFC, also over an odd number of bytes', () => {
  expect(checksum([...bytes('0001f203f4f5f6f7')])).toBe(0x220d);
  expect(checksum([0x01])).toBe(0xfeff);
});

const endpoint = { mac: [], ip: [] };

describe('a TCP header', () => {
  const segment = { self: endpoint, peer: endpoint, fromPort: 54_321, toPort: 443, sequence: 0x10607000 };

  test('counts what its family wants in its checksum', () => {
    const header = tcpHeader(segment, 0x02, (length) => [1, 2, 0, length]);
    expect(hex(Uint8Array.from(header.slice(0, 16)))).toBe('d43101bb' + '10607000' + '00000000' + '50020400');
    expect(checksum([1, 2, 0, 20, ...header])).toBe(0);
  });
});

test('a UDP packet has a checksum that is never zero, which would say that it has none', () => {
  const datagram = { self: endpoint, peer: endpoint, fromPort: 54_321, toPort: 53, payload: [1, 2, 3] };
  const whole = udpPacket(datagram, (length) => [1, 2, 0, length]);
  expect(hex(Uint8Array.from([...whole.slice(0, 6), ...whole.slice(8)]))).toBe('d4310035' + '000b' + '010203');
  expect(checksum([1, 2, 0, 11, ...whole])).toBe(0);
  const [high = 0, low = 0] = whole.slice(6, 8);
  expect(udpPacket(datagram, () => [high, low]).slice(6, 8)).not.toEqual([0, 0]);
});

describe('what TCP and UDP say', () => {
  const addresses = { fromIp: [1], toIp: [2] };
  const frame = bytes('ffff' + '0016d431' + '11223344' + '10607001' + '6012faf0' + '00000000');

  test('is read where it begins', () => {
    const read = { fromPort: 22, toPort: 54_321, syn: true, ack: true, rst: false, sequence: 0x11223344, acknowledged: 0x10607001 };
    expect(readTransport(frame, 2, { protocol: 6, ...addresses })).toEqual({ kind: 'tcp', ...addresses, ...read });
    expect(readTransport(frame, 2, { protocol: 17, ...addresses })).toEqual({ kind: 'udp', ...addresses, fromPort: 22, toPort: 54_321 });
  });

  test('is passed over when it is cut off, or is another protocol’s', () => {
    expect(readTransport(frame.subarray(0, -1), 2, { protocol: 6, ...addresses })).toBeUndefined();
    expect(readTransport(frame.subarray(0, 9), 2, { protocol: 17, ...addresses })).toBeUndefined();
    expect(readTransport(frame, 2, { protocol: 132, ...addresses })).toBeUndefined();
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
