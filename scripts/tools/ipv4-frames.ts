import {
  checksum,
  ETHERNET_HEADER,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  readTransport,
  RST,
  SYN,
  tcpHeader,
  udpPacket,
  viewOf,
  word,
  type AddressBytes,
  type AddressFamily,
  type Endpoint,
  type Heard,
  type Segment,
} from './ethernet-frames.ts';
import { GUEST_NETWORK } from './qemu-system.ts';

const BROADCAST: AddressBytes = [255, 255, 255, 255, 255, 255];
const NOBODY: AddressBytes = [0, 0, 0, 0, 0, 0];
const ETHER_ARP = 0x0806;
const ETHER_IPV4 = 0x0800;
const GUEST = ipv4Address(GUEST_NETWORK.guest);

/** IPv4 with ARP (RFC 791, 826). The guest has the address that QEMU's DHCP gives. */
export const IPV4: AddressFamily = {
  questions: (self) => [arp({ operation: 1, to: BROADCAST, self, peer: { mac: NOBODY, ip: GUEST } })],
  answer: (self, peer) => arp({ operation: 2, to: peer.mac, self, peer }),
  syn: (segment) => tcpFrame(segment, SYN),
  rst: (segment) => tcpFrame(segment, RST),
  udp: (datagram) => packet(datagram.self, datagram.peer, { protocol: PROTOCOL_UDP, payload: udpPacket(datagram, pseudoHeader(datagram, PROTOCOL_UDP)) }),
  read: (frame) => {
    if (frame.length < 34) return undefined;
    const type = viewOf(frame).getUint16(12);
    if (type === ETHER_ARP && frame.length >= 42) return readArp(frame);
    return type === ETHER_IPV4 ? readPacket(frame) : undefined;
  },
};

/** The bytes of an address in dotted notation. */
export function ipv4Address(dotted: string): AddressBytes {
  return dotted.split('.').map(Number);
}

interface Arp {
  readonly operation: 1 | 2;
  readonly to: AddressBytes;
  readonly self: Endpoint;
  readonly peer: Endpoint;
}

function arp({ operation, to, self, peer }: Arp): Uint8Array {
  return Uint8Array.from([...to, ...self.mac, ...word(ETHER_ARP), 0, 1, 8, 0, 6, 4, ...word(operation), ...self.mac, ...self.ip, ...peer.mac, ...peer.ip]);
}

function tcpFrame(segment: Segment, flags: number): Uint8Array {
  return packet(segment.self, segment.peer, { protocol: PROTOCOL_TCP, payload: tcpHeader(segment, flags, pseudoHeader(segment, PROTOCOL_TCP)) });
}

function pseudoHeader({ self, peer }: Pick<Segment, 'self' | 'peer'>, protocol: number): (length: number) => readonly number[] {
  return (length) => [...self.ip, ...peer.ip, 0, protocol, ...word(length)];
}

function packet(self: Endpoint, peer: Endpoint, { protocol, payload }: { readonly protocol: number; readonly payload: readonly number[] }): Uint8Array {
  const ip = [0x45, 0, ...word(20 + payload.length), 0, 0, 0x40, 0, 64, protocol, 0, 0, ...self.ip, ...peer.ip];
  ip.splice(10, 2, ...word(checksum(ip)));
  return Uint8Array.from([...peer.mac, ...self.mac, ...word(ETHER_IPV4), ...ip, ...payload]);
}

function readArp(frame: Uint8Array): Heard | undefined {
  const from = { mac: [...frame.subarray(22, 28)], ip: [...frame.subarray(28, 32)] };
  const operation = viewOf(frame).getUint16(20);
  if (operation === 1) return { kind: 'question', from, target: [...frame.subarray(38, 42)] };
  return operation === 2 && isGuest(from.ip) ? { kind: 'answer', from } : undefined;
}

function readPacket(frame: Uint8Array): Heard | undefined {
  const at = ETHERNET_HEADER + ((frame[14] ?? 0) & 0x0f) * 4;
  return readTransport(frame, at, { protocol: frame[23] ?? 0, fromIp: [...frame.subarray(26, 30)], toIp: [...frame.subarray(30, 34)] });
}

function isGuest(ip: AddressBytes): boolean {
  return ip.every((byte, at) => byte === GUEST[at]);
}
