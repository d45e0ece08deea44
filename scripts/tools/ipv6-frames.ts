import {
  checksum,
  ETHERNET_HEADER,
  long,
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

const ETHER_IPV6 = 0x86dd;
const ICMPV6 = 58;
const [ECHO_REQUEST, ECHO_REPLY, SOLICITATION, ADVERTISEMENT] = [128, 129, 135, 136];
/** Neighbours are believed only when their packets have crossed no router (RFC 4861 7.1). */
const HOP_LIMIT = 255;
const IPV6_HEADER = 40;
const PAYLOAD = ETHERNET_HEADER + IPV6_HEADER;
const LINK_LOCAL: AddressBytes = [0xfe, 0x80, 0, 0, 0, 0, 0, 0];
const ALL_NODES: AddressBytes = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const SOLICITED_NODE: AddressBytes = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];
const GUEST_MAC = GUEST_NETWORK.mac.split(':').map((byte) => Number.parseInt(byte, 16));

/**
 * IPv6 with neighbour discovery (RFC 8200, 4861), between link-local addresses: QEMU's network need not give any. The guest's follows from its hardware address, or is
 * one that it made up for its privacy; so a guest that is not known yet is asked for at the first, and all that are there are greeted.
 */
export const IPV6: AddressFamily = {
  questions: (self, guest) => (guest === undefined ? [solicitation(self, linkLocal(GUEST_MAC)), greeting(self)] : [solicitation(self, guest.ip)]),
  answer: (self, peer) => icmp({ self, peer, message: [ADVERTISEMENT, 0, 0, 0, 0x60, 0, 0, 0, ...self.ip, 2, 1, ...self.mac] }),
  syn: (segment) => tcpFrame(segment, SYN),
  rst: (segment) => tcpFrame(segment, RST),
  udp: (datagram) => packet(datagram.self, datagram.peer, { protocol: PROTOCOL_UDP, payload: udpPacket(datagram, pseudoHeader(datagram, PROTOCOL_UDP)) }),
  read: (frame) => {
    if (frame.length < PAYLOAD + 8 || viewOf(frame).getUint16(12) !== ETHER_IPV6) return undefined;
    const protocol = frame[20] ?? 0;
    return protocol === ICMPV6
      ? readIcmp(frame)
      : readTransport(frame, PAYLOAD, { protocol, fromIp: [...frame.subarray(22, 38)], toIp: [...frame.subarray(38, 54)] });
  },
};

/** The link-local address that follows from a hardware address (RFC 4291, appendix A). */
export function linkLocal([first = 0, ...rest]: AddressBytes): AddressBytes {
  return [...LINK_LOCAL, first ^ 0x02, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)];
}

function solicitation(self: Endpoint, target: AddressBytes): Uint8Array {
  return icmp({ self, peer: multicast([...SOLICITED_NODE, ...target.slice(-3)]), message: [SOLICITATION, 0, 0, 0, 0, 0, 0, 0, ...target, 1, 1, ...self.mac] });
}

function greeting(self: Endpoint): Uint8Array {
  return icmp({ self, peer: multicast(ALL_NODES), message: [ECHO_REQUEST, 0, 0, 0, 0x10, 0x60, 0, 1] });
}

/** Where Ethernet carries a multicast address to (RFC 2464 7). */
function multicast(ip: AddressBytes): Endpoint {
  return { ip, mac: [0x33, 0x33, ...ip.slice(-4)] };
}

interface Icmp {
  readonly self: Endpoint;
  readonly peer: Endpoint;
  /** With zeros where its checksum goes. */
  readonly message: readonly number[];
}

function icmp({ self, peer, message }: Icmp): Uint8Array {
  const whole = [...message];
  whole.splice(2, 2, ...word(checksum([...pseudoHeader({ self, peer }, ICMPV6)(message.length), ...message])));
  return packet(self, peer, { protocol: ICMPV6, payload: whole });
}

function tcpFrame(segment: Segment, flags: number): Uint8Array {
  return packet(segment.self, segment.peer, { protocol: PROTOCOL_TCP, payload: tcpHeader(segment, flags, pseudoHeader(segment, PROTOCOL_TCP)) });
}

function pseudoHeader({ self, peer }: Pick<Segment, 'self' | 'peer'>, protocol: number): (length: number) => readonly number[] {
  return (length) => [...self.ip, ...peer.ip, ...long(length), 0, 0, 0, protocol];
}

function packet(self: Endpoint, peer: Endpoint, { protocol, payload }: { readonly protocol: number; readonly payload: readonly number[] }): Uint8Array {
  const ip = [0x60, 0, 0, 0, ...word(payload.length), protocol, HOP_LIMIT, ...self.ip, ...peer.ip];
  return Uint8Array.from([...peer.mac, ...self.mac, ...word(ETHER_IPV6), ...ip, ...payload]);
}

function readIcmp(frame: Uint8Array): Heard | undefined {
  const type = frame[PAYLOAD];
  const source: Endpoint = { mac: [...frame.subarray(6, 12)], ip: [...frame.subarray(22, 38)] };
  if (type === ECHO_REPLY) return answerOf(source);
  const target = [...frame.subarray(PAYLOAD + 8, PAYLOAD + 24)];
  if (target.length < 16) return undefined;
  if (type === SOLICITATION) return { kind: 'question', from: source, target };
  return type === ADVERTISEMENT ? answerOf({ mac: source.mac, ip: target }) : undefined;
}

/** Others are on the network too, QEMU's router among them: the guest is known by its hardware address. */
function answerOf(from: Endpoint): Heard | undefined {
  return from.mac.every((byte, at) => byte === GUEST_MAC[at]) ? { kind: 'answer', from } : undefined;
}
