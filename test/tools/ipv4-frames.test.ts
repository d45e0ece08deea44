import { describe, expect, test } from 'vitest';
import { checksum } from '../../scripts/tools/ethernet-frames.ts';
import { IPV4, ipv4Address } from '../../scripts/tools/ipv4-frames.ts';

const self = { mac: [0x52, 0x54, 0, 0, 0, 1], ip: [203, 0, 113, 99] };
const peer = { mac: [0x52, 0x54, 0, 0, 0, 2], ip: [203, 0, 113, 15] };
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

test('an address in dotted notation is four bytes', () => {
  expect(ipv4Address('203.0.113.15')).toEqual(peer.ip);
});

describe('frames that are sent', () => {
  test('a question for the guest goes to everyone', () => {
    expect(IPV4.questions(self, undefined).map(hex)).toEqual([
      'ffffffffffff' + '525400000001' + '0806' + '0001080006040001' + '525400000001cb007163' + '000000000000cb00710f',
    ]);
  });

  test('an answer goes to who asked', () => {
    expect(hex(IPV4.answer(self, peer))).toBe('525400000002' + '525400000001' + '0806' + '0001080006040002' + '525400000001cb007163' + '525400000002cb00710f');
  });

  test('a knock is a SYN with both checksums right', () => {
    const frame = IPV4.syn({ self, peer, fromPort: 54_321, toPort: 443, sequence: 0x10607000 });
    expect(hex(frame.subarray(0, 24))).toBe('525400000002' + '525400000001' + '0800' + '4500002800004000' + '4006');
    expect(hex(frame.subarray(26, 34))).toBe('cb007163cb00710f');
    expect(checksum([...frame.subarray(14, 34)])).toBe(0);
    expect(checksum([...self.ip, ...peer.ip, 0, 6, 0, 20, ...frame.subarray(34)])).toBe(0);
    expect(frame[47]).toBe(0x02);
  });

  test('a question over UDP has both checksums right', () => {
    const frame = IPV4.udp({ self, peer, fromPort: 54_321, toPort: 53, payload: [7] });
    expect(hex(frame.subarray(14, 24))).toBe('4500001d000040004011');
    expect(hex(frame.subarray(34, 40))).toBe('d43100350009');
    expect(checksum([...frame.subarray(14, 34)])).toBe(0);
    expect(checksum([...self.ip, ...peer.ip, 0, 17, 0, 9, ...frame.subarray(34)])).toBe(0);
  });

  test('a hang-up is a RST', () => {
    expect(IPV4.rst({ self, peer, fromPort: 1, toPort: 2, sequence: 3 })[47]).toBe(0x04);
  });
});

describe('frames that are read', () => {
  test('a question, and the answer of the guest alone', () => {
    expect(IPV4.read(IPV4.questions(self, undefined)[0] ?? bytes(''))).toEqual({ kind: 'question', from: self, target: peer.ip });
    expect(IPV4.read(IPV4.answer(peer, self))).toEqual({ kind: 'answer', from: peer });
    expect(IPV4.read(IPV4.answer(self, peer))).toBeUndefined();
  });

  test('a SYN/ACK with options, as Linux sends it', () => {
    const synAck = bytes(`525400000001 525400000002 0800 4500002c00004000 4006 0000 cb00710f cb007163 0016d431 11223344 10607001 6012faf0 0000 0000 020405b4`);
    const header = { fromPort: 22, toPort: 54_321, syn: true, ack: true, rst: false, sequence: 0x11223344, acknowledged: 0x10607001 };
    expect(IPV4.read(synAck)).toEqual({ kind: 'tcp', fromIp: peer.ip, toIp: self.ip, ...header });
  });

  test('an answer over UDP', () => {
    const answer = bytes('525400000001 525400000002 0800 4500001d00004000 4011 0000 cb00710f cb007163 0035d431 0009 0000 07');
    expect(IPV4.read(answer)).toEqual({ kind: 'udp', fromIp: peer.ip, toIp: self.ip, fromPort: 53, toPort: 54_321 });
  });

  test('an IP header with options moves what is behind it', () => {
    const withOptions = bytes(
      `525400000001 525400000002 0800 4600002c00004000 4006 0000 cb00710f cb007163 01010101 0050d431 00000000 10607001 50140000 00000000`,
    );
    expect(IPV4.read(withOptions)).toMatchObject({ kind: 'tcp', fromPort: 80, rst: true, syn: false });
  });

  test.each([
    ['SCTP', '525400000001 525400000002 0800 4500002800004000 4084 0000 cb00710f cb007163 0016d43111223344106070015012faf000000000'],
    ['IPv6', '525400000001 525400000002 86dd 4500002800004000 4006 0000 cb00710f cb007163 0016d43111223344106070015012faf000000000'],
    ['a TCP header that is cut off', '525400000001 525400000002 0800 4500002800004000 4006 0000 cb00710f cb007163 0016d431'],
    ['a question that is cut off', 'ffffffffffff525400000001080600010800060400015254000000'],
    ['nothing', ''],
  ])('%s is passed over', (_what, text) => {
    expect(IPV4.read(bytes(text))).toBeUndefined();
  });
});
