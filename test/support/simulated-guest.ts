import { packed, unpacked } from '../../scripts/tools/ethernet-frames.ts';

const ME = [203, 0, 113, 15];
const MY_MAC = [0x52, 0x54, 0x00, 0x69, 0x6e, 0x67];
/** Not the one that follows from the hardware address: guests that keep their privacy make one up. */
const MY_IPV6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];

export interface Behaviour {
  readonly open: readonly number[];
  /** Without it, the guest has no IPv6; its other ways are those of IPv4. */
  readonly openOverIpv6?: readonly number[];
  /** UDP ports that answer, over either. */
  readonly answersAt?: readonly number[];
  /** Ports behind a firewall that says nothing. */
  readonly dropped?: readonly number[];
  /** True: does not even answer for its address. */
  readonly dead?: boolean;
  /** Loses the first knock at these. */
  readonly lossy?: readonly number[];
  /** Asks where the stranger is before it answers, as a real one does. */
  readonly asks?: boolean;
}

export interface SimulatedGuest {
  /** Ports that were knocked at, in order; and those that were hung up on. */
  readonly knocks: readonly number[];
  readonly resets: readonly number[];
  /** UDP ports that were asked, in order. */
  readonly asked: readonly number[];
  readonly tap: { readonly send: (bytes: Uint8Array) => void; readonly onBytes: (listener: (bytes: Uint8Array) => void) => void };
}

/** How what TCP and UDP say lies in a frame of each family, and how the guest speaks it. */
interface Family {
  readonly at: number;
  readonly open: readonly number[];
  readonly question: (knock: Uint8Array) => readonly number[];
  readonly packet: (knock: Uint8Array, protocol: number, payload: readonly number[]) => readonly number[];
}

/** A guest's network card, made of its answers: enough ARP, neighbour discovery and TCP to be scanned. */
export function simulatedGuest({ open, openOverIpv6, answersAt = [], dropped = [], dead = false, lossy = [], asks = false }: Behaviour): SimulatedGuest {
  const [resets, knocks, asked]: [number[], number[], number[]] = [[], [], []];
  let told = !asks;
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const answer = (frame: readonly number[]): void => listener(packed(Uint8Array.from(frame)));
  const takeArp = (frame: Uint8Array): void => {
    if (frame[21] === 2) told = true;
    else if (!dead) answer(arp(2, [...frame.subarray(22, 28)], [...frame.subarray(28, 32)]));
  };
  const takeIcmp = (frame: Uint8Array): void => {
    const [from, target] = [sender(frame), hex(frame.subarray(62, 78))];
    if (frame[54] === 136) told = true;
    else if (frame[54] === 128) answer(icmp(from, [129, 0, 0, 0, ...frame.subarray(58)]));
    else if (target === hex(MY_IPV6)) answer(icmp(from, [136, 0, 0, 0, 0x60, 0, 0, 0, ...MY_IPV6, 2, 1, ...MY_MAC]));
  };
  const takeTcp = (frame: Uint8Array, family: Family): void => {
    const { at } = family;
    const port = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint16(at + 2);
    if (((frame[at + 13] ?? 0) & 4) !== 0) return void resets.push(port);
    const first = !lossy.includes(port) || knocks.includes(port);
    knocks.push(port);
    if (dropped.includes(port) || !first) return;
    if (!told) answer(family.question(frame));
    const flags = family.open.includes(port) ? 0x12 : 0x14;
    const acknowledged = [...frame.subarray(at + 4, at + 7), (frame[at + 7] ?? 0) + 1];
    const tcp = [port >> 8, port & 255, ...frame.subarray(at, at + 2), 9, 9, 9, 9, ...acknowledged, 0x50, flags, 0, 0, 0, 0, 0, 0];
    if (told) answer(family.packet(frame, 6, tcp));
  };
  const takeUdp = (frame: Uint8Array, family: Family): void => {
    const { at } = family;
    const port = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint16(at + 2);
    asked.push(port);
    if (answersAt.includes(port)) answer(family.packet(frame, 17, [...frame.subarray(at + 2, at + 4), ...frame.subarray(at, at + 2), 0, 9, 0, 0, 1]));
  };
  const ipv4: Family = { at: 34, open, question: (knock) => arp(1, [255, 255, 255, 255, 255, 255], [...knock.subarray(26, 30)]), packet: ipv4Packet };
  const ipv6: Family = { at: 54, open: openOverIpv6 ?? [], question: ipv6Question, packet: ipv6Answer };
  const take = (frame: Uint8Array): void => {
    if (frame[12] === 8) return frame[13] === 6 ? takeArp(frame) : (frame[23] === 17 ? takeUdp : takeTcp)(frame, ipv4);
    if (openOverIpv6 === undefined || dead) return undefined;
    return frame[20] === 58 ? takeIcmp(frame) : (frame[20] === 17 ? takeUdp : takeTcp)(frame, ipv6);
  };
  return { resets, knocks, asked, tap: { send: (bytes) => unpacked(bytes).frames.forEach(take), onBytes: (to) => void (listener = to) } };
}

interface Sender {
  readonly mac: readonly number[];
  readonly ip: readonly number[];
}

function sender(frame: Uint8Array): Sender {
  return { mac: [...frame.subarray(6, 12)], ip: [...frame.subarray(22, 38)] };
}

function arp(operation: 1 | 2, mac: readonly number[], ip: readonly number[]): readonly number[] {
  return [...mac, ...MY_MAC, 8, 6, 0, 1, 8, 0, 6, 4, 0, operation, ...MY_MAC, ...ME, ...(operation === 1 ? [0, 0, 0, 0, 0, 0] : mac), ...ip];
}

function ipv4Packet(knock: Uint8Array, protocol: number, payload: readonly number[]): readonly number[] {
  const header = [0x45, 0, 0, 20 + payload.length, 0, 0, 0x40, 0, 64, protocol, 0, 0, ...ME, ...knock.subarray(26, 30)];
  return [...knock.subarray(6, 12), ...MY_MAC, 8, 0, ...header, ...payload];
}

function ipv6Question(knock: Uint8Array): readonly number[] {
  const { mac, ip } = sender(knock);
  return icmp({ mac, ip }, [135, 0, 0, 0, 0, 0, 0, 0, ...ip, 1, 1, ...MY_MAC]);
}

function ipv6Answer(knock: Uint8Array, protocol: number, payload: readonly number[]): readonly number[] {
  return ipv6Packet(sender(knock), protocol, payload);
}

function icmp(to: Sender, message: readonly number[]): readonly number[] {
  return ipv6Packet(to, 58, message);
}

function ipv6Packet({ mac, ip }: Sender, next: number, payload: readonly number[]): readonly number[] {
  return [...mac, ...MY_MAC, 0x86, 0xdd, 0x60, 0, 0, 0, 0, payload.length, next, 255, ...MY_IPV6, ...ip, ...payload];
}

function hex(bytes: Uint8Array | readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}
