/** An IPv4 or Ethernet address as its bytes. */
export type AddressBytes = readonly number[];

export interface Endpoint {
  readonly mac: AddressBytes;
  readonly ip: AddressBytes;
}

/** What a frame from the guest says, as far as a port scanner cares. */
export type Heard =
  | { readonly kind: 'arp-request'; readonly from: Endpoint; readonly target: AddressBytes }
  | { readonly kind: 'arp-reply'; readonly from: Endpoint }
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
    };

const BROADCAST: AddressBytes = [255, 255, 255, 255, 255, 255];
const ETHER_ARP = 0x0806;
const ETHER_IPV4 = 0x0800;
const PROTOCOL_TCP = 6;
const [SYN, RST, ACK] = [0x02, 0x04, 0x10];

/** Asks who has an address. */
export function arpRequest(self: Endpoint, target: AddressBytes): Uint8Array {
  return arp({ operation: 1, to: BROADCAST, self, peer: { mac: [0, 0, 0, 0, 0, 0], ip: target } });
}

/** Tells a guest that asked where we are. */
export function arpReply(self: Endpoint, peer: Endpoint): Uint8Array {
  return arp({ operation: 2, to: peer.mac, self, peer });
}

export interface Segment {
  readonly self: Endpoint;
  readonly peer: Endpoint;
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
}

/** Knocks at a port. */
export function synFrame(segment: Segment): Uint8Array {
  return tcpFrame(segment, SYN);
}

/** Hangs up politely on a port that answered, so that the guest keeps nothing half-open. */
export function rstFrame(segment: Segment): Uint8Array {
  return tcpFrame(segment, RST);
}

/** Reads a frame; undefined for all that is neither ARP nor TCP over IPv4, or is cut off. */
export function readFrame(frame: Uint8Array): Heard | undefined {
  if (frame.length < 34) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = view.getUint16(12);
  if (type === ETHER_ARP && frame.length >= 42) return readArp(frame, view);
  return type === ETHER_IPV4 && frame[23] === PROTOCOL_TCP ? readTcp(frame, view) : undefined;
}

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
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function arp({
  operation,
  to,
  self,
  peer,
}: {
  readonly operation: number;
  readonly to: AddressBytes;
  readonly self: Endpoint;
  readonly peer: Endpoint;
}): Uint8Array {
  return Uint8Array.from([...to, ...self.mac, ...word(ETHER_ARP), ...[0, 1, 8, 0, 6, 4], ...word(operation), ...self.mac, ...self.ip, ...peer.mac, ...peer.ip]);
}

function tcpFrame({ self, peer, fromPort, toPort, sequence }: Segment, flags: number): Uint8Array {
  const header = [...word(fromPort), ...word(toPort), ...long(sequence), ...long(0), 0x50, flags, ...word(1024), 0, 0, 0, 0];
  const pseudo = [...self.ip, ...peer.ip, 0, PROTOCOL_TCP, ...word(header.length)];
  header.splice(16, 2, ...word(checksum(Uint8Array.from([...pseudo, ...header]))));
  const ip = [0x45, 0, ...word(20 + header.length), 0, 0, 0x40, 0, 64, PROTOCOL_TCP, 0, 0, ...self.ip, ...peer.ip];
  ip.splice(10, 2, ...word(checksum(Uint8Array.from(ip))));
  return Uint8Array.from([...peer.mac, ...self.mac, ...word(ETHER_IPV4), ...ip, ...header]);
}

function readArp(frame: Uint8Array, view: DataView): Heard | undefined {
  const from = { mac: [...frame.subarray(22, 28)], ip: [...frame.subarray(28, 32)] };
  if (view.getUint16(20) === 1) return { kind: 'arp-request', from, target: [...frame.subarray(38, 42)] };
  return view.getUint16(20) === 2 ? { kind: 'arp-reply', from } : undefined;
}

function readTcp(frame: Uint8Array, view: DataView): Heard | undefined {
  const at = 14 + ((frame[14] ?? 0) & 0x0f) * 4;
  if (frame.length < at + 20) return undefined;
  const flags = frame[at + 13] ?? 0;
  return {
    kind: 'tcp',
    fromIp: [...frame.subarray(26, 30)],
    toIp: [...frame.subarray(30, 34)],
    fromPort: view.getUint16(at),
    toPort: view.getUint16(at + 2),
    syn: (flags & SYN) !== 0,
    ack: (flags & ACK) !== 0,
    rst: (flags & RST) !== 0,
    sequence: view.getUint32(at + 4),
    acknowledged: view.getUint32(at + 8),
  };
}

function word(value: number): readonly number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function long(value: number): readonly number[] {
  return [...word(value >>> 16), ...word(value)];
}
