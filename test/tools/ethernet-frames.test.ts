import { describe, expect, test } from 'vitest';
import { arpReply, arpRequest, checksum, packed, readFrame, rstFrame, synFrame, unpacked } from '../../scripts/tools/ethernet-frames.ts';

const self = { mac: [0x52, 0x54, 0, 0, 0, 1], ip: [203, 0, 113, 99] };
const peer = { mac: [0x52, 0x54, 0, 0, 0, 2], ip: [203, 0, 113, 15] };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

describe('frames that are sent', () => {
  test('a question for an address goes to everyone', () => {
    expect(hex(arpRequest(self, peer.ip))).toBe(
      'ffffffffffff' + '525400000001' + '0806' + '0001080006040001' + '525400000001cb007163' + '000000000000cb00710f',
    );
  });

  test('an answer goes to who asked', () => {
    expect(hex(arpReply(self, peer))).toBe('525400000002' + '525400000001' + '0806' + '0001080006040002' + '525400000001cb007163' + '525400000002cb00710f');
  });

  test('a knock is a SYN with both checksums right', () => {
    const frame = synFrame({ self, peer, fromPort: 54_321, toPort: 443, sequence: 0x10607000 });
    expect(hex(frame.subarray(0, 24))).toBe('525400000002' + '525400000001' + '0800' + '4500002800004000' + '4006');
    expect(hex(frame.subarray(26, 34))).toBe('cb007163cb00710f');
    expect(hex(frame.subarray(34, 50))).toBe('d43101bb' + '10607000' + '00000000' + '50020400');
    expect(checksum(frame.subarray(14, 34))).toBe(0);
    expect(checksum(Uint8Array.from([...self.ip, ...peer.ip, 0, 6, 0, 20, ...frame.subarray(34)]))).toBe(0);
  });

  test('a hang-up is a RST', () => {
    expect(rstFrame({ self, peer, fromPort: 1, toPort: 2, sequence: 3 })[47]).toBe(0x04);
  });
});

test('the checksum is that of the RFC, also over an odd number of bytes', () => {
  expect(checksum(bytes('0001f203f4f5f6f7'))).toBe(0x220d);
  expect(checksum(bytes('01'))).toBe(0xfeff);
});

describe('frames that are read', () => {
  test('a question and an answer about an address', () => {
    expect(readFrame(arpRequest(self, peer.ip))).toEqual({ kind: 'arp-request', from: self, target: peer.ip });
    expect(readFrame(arpReply(self, peer))).toEqual({ kind: 'arp-reply', from: self });
  });

  test('a SYN/ACK with options, as Linux sends it', () => {
    const synAck = bytes(`525400000001 525400000002 0800 4500002c00004000 4006 0000 cb00710f cb007163 0016d431 11223344 10607001 6012faf0 0000 0000 020405b4`);
    expect(readFrame(synAck)).toEqual({
      kind: 'tcp',
      fromIp: peer.ip,
      toIp: self.ip,
      fromPort: 22,
      toPort: 54_321,
      syn: true,
      ack: true,
      rst: false,
      sequence: 0x11223344,
      acknowledged: 0x10607001,
    });
  });

  test('an IP header with options moves what is behind it', () => {
    const withOptions = bytes(
      `525400000001 525400000002 0800 4600002c00004000 4006 0000 cb00710f cb007163 01010101 0050d431 00000000 10607001 50140000 00000000`,
    );
    expect(readFrame(withOptions)).toMatchObject({ kind: 'tcp', fromPort: 80, rst: true, syn: false });
  });

  test.each([
    ['UDP', '525400000001 525400000002 0800 4500002800004000 4011 0000 cb00710f cb007163 0016d43111223344106070015012faf000000000'],
    ['IPv6', '525400000001 525400000002 86dd 4500002800004000 4006 0000 cb00710f cb007163 0016d43111223344106070015012faf000000000'],
    ['a TCP header that is cut off', '525400000001 525400000002 0800 4500002800004000 4006 0000 cb00710f cb007163 0016d431'],
    ['a question that is cut off', 'ffffffffffff525400000001080600010800060400015254000000'],
    ['nothing', ''],
  ])('%s is passed over', (_what, text) => {
    expect(readFrame(bytes(text))).toBeUndefined();
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
