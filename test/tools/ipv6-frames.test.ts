import { describe, expect, test } from 'vitest';
import { checksum } from '../../scripts/tools/ethernet-frames.ts';
import { IPV6, linkLocal } from '../../scripts/tools/ipv6-frames.ts';

const GUEST_MAC = [0x52, 0x54, 0x00, 0x69, 0x6e, 0x67];
const GUEST_IP = 'fe80000000000000505400fffe696e67';
const stranger = { mac: [0x52, 0x54, 0, 0, 0, 1], ip: linkLocal([0x52, 0x54, 0, 0, 0, 1]) };
const STRANGER_IP = 'fe80000000000000505400fffe000001';
const guest = { mac: GUEST_MAC, ip: linkLocal(GUEST_MAC) };
const hex = (bytes: readonly number[] | Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** Over the message and what IPv6 counts in besides: zero when it is right. */
function checksumOf(frame: Uint8Array): number {
  const length = frame.length - 54;
  return checksum([...frame.subarray(22, 54), 0, 0, length >> 8, length & 255, 0, 0, 0, frame[20] ?? 0, ...frame.subarray(54)]);
}

test('a link-local address follows from a hardware address', () => {
  expect([hex(guest.ip), hex(stranger.ip)]).toEqual([GUEST_IP, STRANGER_IP]);
});

describe('frames that are sent', () => {
  test('a guest that is not known is asked for at the address of its card, and everybody is greeted', () => {
    const [solicitation, greeting] = IPV6.questions(stranger, undefined);
    const toNode = 'ff0200000000000000000001ff696e67';
    expect(hex(solicitation)).toMatch(
      new RegExp(`^3333ff696e67525400000001` + `86dd` + `60000000` + `00203aff` + STRANGER_IP + toNode + `8700....00000000` + GUEST_IP + `0101525400000001$`),
    );
    expect(hex(greeting)).toMatch(
      new RegExp(`^333300000001525400000001` + `86dd` + `60000000` + `00083aff` + STRANGER_IP + `ff020{27}1` + `8000....10600001$`),
    );
    expect([solicitation, greeting].map((frame) => checksumOf(frame ?? bytes('')))).toEqual([0, 0]);
  });

  test('one that is known is asked for at its own address, whatever that is', () => {
    const ip = [...guest.ip.slice(0, 8), 1, 2, 3, 4, 5, 6, 7, 8];
    const questions = IPV6.questions(stranger, { ...guest, ip });
    expect(questions).toHaveLength(1);
    expect(hex(questions[0])).toMatch(/^3333ff060708.*fe800000000000000102030405060708/);
  });

  test('an answer goes to who asked, and says which hardware', () => {
    const frame = IPV6.answer(stranger, guest);
    expect(hex(frame)).toMatch(
      new RegExp(`^525400696e67525400000001` + `86dd60000000` + `00203aff` + STRANGER_IP + GUEST_IP + `8800....60000000` + STRANGER_IP + `0201525400000001$`),
    );
    expect(checksumOf(frame)).toBe(0);
  });

  test('a question over UDP is a packet like any other', () => {
    const frame = IPV6.udp({ self: stranger, peer: guest, fromPort: 54_321, toPort: 53, payload: [7] });
    expect(hex(frame)).toMatch(new RegExp(`^525400696e67525400000001` + `86dd60000000` + `000911ff` + STRANGER_IP + GUEST_IP + `d43100350009....07$`));
    expect(checksumOf(frame)).toBe(0);
  });

  test('a knock is a SYN, a hang-up a RST', () => {
    const segment = { self: stranger, peer: guest, fromPort: 54_321, toPort: 443, sequence: 0x10607000 };
    expect(hex(IPV6.syn(segment))).toMatch(
      new RegExp(`^525400696e67525400000001` + `86dd60000000` + `001406ff` + STRANGER_IP + GUEST_IP + `d43101bb10607000000000005002`),
    );
    expect(IPV6.rst(segment)[67]).toBe(0x04);
    expect([checksumOf(IPV6.syn(segment)), checksumOf(IPV6.rst(segment))]).toEqual([0, 0]);
  });
});

describe('frames that are read', () => {
  test('a question of anybody', () => {
    expect(IPV6.read(IPV6.questions(stranger, undefined)[0] ?? bytes(''))).toEqual({ kind: 'question', from: stranger, target: guest.ip });
  });

  test('an answer of the guest alone', () => {
    expect(IPV6.read(IPV6.answer(guest, stranger))).toEqual({ kind: 'answer', from: guest });
    expect(IPV6.read(IPV6.answer(stranger, guest))).toBeUndefined();
  });

  test('what the guest says to a greeting, from an address that it made up', () => {
    const from = 'fe800000000000000102030405060708';
    const reply = bytes(`525400000001 525400696e67 86dd 60000000 00083aff ${from} ${STRANGER_IP} 8100000010600001`);
    expect(IPV6.read(reply)).toEqual({ kind: 'answer', from: { mac: GUEST_MAC, ip: [...bytes(from)] } });
  });

  test('a SYN/ACK with options, as Linux sends it', () => {
    const synAck = bytes(`525400000001 525400696e67 86dd 60000000 00180640 ${GUEST_IP} ${STRANGER_IP} 0016d431 11223344 10607001 6012faf0 0000 0000 020405b4`);
    expect(IPV6.read(synAck)).toMatchObject({ kind: 'tcp', fromIp: guest.ip, toIp: stranger.ip, fromPort: 22, syn: true, ack: true, rst: false });
  });

  test('an answer over UDP', () => {
    const answer = bytes(`525400000001 525400696e67 86dd 60000000 00091140 ${GUEST_IP} ${STRANGER_IP} 0035d431 0009 0000 07`);
    expect(IPV6.read(answer)).toEqual({ kind: 'udp', fromIp: guest.ip, toIp: stranger.ip, fromPort: 53, toPort: 54_321 });
  });

  test.each([
    ['SCTP', `525400000001 525400696e67 86dd 60000000 00088440 ${GUEST_IP} ${STRANGER_IP} 0035d43100080000`],
    ['IPv4', `525400000001 525400696e67 0800 60000000 00180640 ${GUEST_IP} ${STRANGER_IP} 0016d43111223344106070016012faf000000000020405b4`],
    [
      'a router’s advertisement',
      `333300000001 525400696e67 86dd 60000000 00103aff ${GUEST_IP} ff020000000000000000000000000001 86000000400007080000000000000000`,
    ],
    ['a TCP header that is cut off', `525400000001 525400696e67 86dd 60000000 00180640 ${GUEST_IP} ${STRANGER_IP} 0016d4311122334410607001`],
    ['a question that is cut off', `333300000001 525400696e67 86dd 60000000 00203aff ${GUEST_IP} ${STRANGER_IP} 8700000000000000fe80`],
    ['nothing', ''],
  ])('%s is passed over', (_what, text) => {
    expect(IPV6.read(bytes(text))).toBeUndefined();
  });
});
