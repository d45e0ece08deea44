/** An Ethernet or Internet address as its bytes. */
export type AddressBytes = readonly number[];

export interface Endpoint {
  readonly mac: AddressBytes;
  readonly ip: AddressBytes;
}

/** What a frame from the guest says, as far as a port scanner cares; addresses have the length of their family. */
export type Heard =
  /** Who has the address `target`? */
  | { readonly kind: 'question'; readonly from: Endpoint; readonly target: AddressBytes }
  /** The address of `from` is there. */
  | { readonly kind: 'answer'; readonly from: Endpoint }
  | {
      readonly kind: 'tcp';
      readonly fromIp: AddressBytes;
      readonly toIp: AddressBytes;
      readonly fromPort: number;
      readonly toPort: number;
      readonly syn: boolean;
      readonly ack: boolean;
      readonly rst: boolean;
      readonly sequence: number;
      readonly acknowledged: number;
    }
  | { readonly kind: 'udp'; readonly fromIp: AddressBytes; readonly toIp: AddressBytes; readonly fromPort: number; readonly toPort: number };

export interface Segment {
  readonly self: Endpoint;
  readonly peer: Endpoint;
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
}

export interface Datagram extends Pick<Segment, 'self' | 'peer' | 'fromPort' | 'toPort'> {
  readonly payload: readonly number[];
}

/** One version of the Internet protocol, as a scanner speaks it. */
export interface AddressFamily {
  /** Frames that ask for the guest: for one that is known, at its address; else for whoever may be it. */
  readonly questions: (self: Endpoint, guest: Endpoint | undefined) => readonly Uint8Array[];
  /** Tells a guest that asked where we are. */
  readonly answer: (self: Endpoint, peer: Endpoint) => Uint8Array;
  /** Knocks at a port. */
  readonly syn: (segment: Segment) => Uint8Array;
  /** Hangs up politely on a port that answered, so that the guest keeps nothing half-open. */
  readonly rst: (segment: Segment) => Uint8Array;
  /** Says something to a port that keeps no connections. */
  readonly udp: (datagram: Datagram) => Uint8Array;
  /** Undefined for all that a scanner has no use for, or is cut off. */
  readonly read: (frame: Uint8Array) => Heard | undefined;
}

export const [PROTOCOL_TCP, PROTOCOL_UDP] = [6, 17];
export const [SYN, RST] = [0x02, 0x04];
const ACK = 0x10;
/** Bytes before what a frame carries: two hardware addresses and its type. */
export const ETHERNET_HEADER = 14;

/** QEMU's socket network: each frame behind its length in four bytes. */
export function packed(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length);
  bytes.set(frame, 4);
  return bytes;
}

/** Takes the whole frames off the front of a stream, and gives what is left. */
export function unpacked(stream: Uint8Array): { readonly frames: readonly Uint8Array[]; readonly rest: Uint8Array } {
  const frames: Uint8Array[] = [];
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  while (at + 4 <= stream.length) {
    const end = at + 4 + view.getUint32(at);
    if (end > stream.length) break;
    frames.push(stream.subarray(at + 4, end));
    at = end;
  }
  return { frames, rest: stream.subarray(at) };
}

/** The Internet checksum (RFC 1071) of some 16-bit words. */
export function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A TCP header without options, its checksum taken over what its family counts in besides (`pseudo`, RFC 9293 3.1). */
export function tcpHeader({ fromPort, toPort, sequence }: Segment, flags: number, pseudo: (length: number) => readonly number[]): readonly number[] {
  const header = [...word(fromPort), ...word(toPort), ...long(sequence), ...long(0), 0x50, flags, ...word(1024), 0, 0, 0, 0];
  header.splice(16, 2, ...word(checksum([...pseudo(header.length), ...header])));
  return header;
}

/** A UDP header and what is behind it, with the checksum that IPv6 insists on. */
export function udpPacket({ fromPort, toPort, payload }: Datagram, pseudo: (length: number) => readonly number[]): readonly number[] {
  const length = 8 + payload.length;
  const whole = [...word(fromPort), ...word(toPort), ...word(length), 0, 0, ...payload];
  whole.splice(6, 2, ...word(checksum([...pseudo(length), ...whole]) || 0xffff));
  return whole;
}

/** Reads the TCP or UDP header that begins there; undefined when it is another protocol's, or cut off. */
export function readTransport(
  frame: Uint8Array,
  at: number,
  { protocol, fromIp, toIp }: { readonly protocol: number; readonly fromIp: AddressBytes; readonly toIp: AddressBytes },
): Heard | undefined {
  const view = viewOf(frame);
  if (protocol === PROTOCOL_UDP && frame.length >= at + 8) return { kind: 'udp', fromIp, toIp, fromPort: view.getUint16(at), toPort: view.getUint16(at + 2) };
  if (protocol !== PROTOCOL_TCP || frame.length < at + 20) return undefined;
  const flags = frame[at + 13] ?? 0;
  return {
    kind: 'tcp',
    fromIp,
    toIp,
    fromPort: view.getUint16(at),
    toPort: view.getUint16(at + 2),
    syn: (flags & SYN) !== 0,
    ack: (flags & ACK) !== 0,
    rst: (flags & RST) !== 0,
    sequence: view.getUint32(at + 4),
    acknowledged: view.getUint32(at + 8),
  };
}

export function viewOf(frame: Uint8Array): DataView {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
}

/** 16 bits in network order. */
export function word(value: number): readonly number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

/** 32 bits in network order. */
export function long(value: number): readonly number[] {
  return [...word(value >>> 16), ...word(value)];
}
