import { packed, unpacked } from '../../scripts/tools/ethernet-frames.ts';

const ME = [203, 0, 113, 15];
const MY_MAC = [0x52, 0x54, 0x00, 0x69, 0x6e, 0x67];

export interface Behaviour {
  readonly open: readonly number[];
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
  readonly tap: { readonly send: (bytes: Uint8Array) => void; readonly onBytes: (listener: (bytes: Uint8Array) => void) => void };
}

/** A guest's network card, made of its answers: enough ARP and TCP to be scanned. */
export function simulatedGuest({ open, dropped = [], dead = false, lossy = [], asks = false }: Behaviour): SimulatedGuest {
  const [resets, knocks]: [number[], number[]] = [[], []];
  let told = !asks;
  let listener: (bytes: Uint8Array) => void = () => undefined;
  const answer = (frame: readonly number[]): void => listener(packed(Uint8Array.from(frame)));
  const takeArp = (frame: Uint8Array): void => {
    if (frame[21] === 2) told = true;
    else if (!dead) answer(arp(2, [...frame.subarray(22, 28)], [...frame.subarray(28, 32)]));
  };
  const takeTcp = (frame: Uint8Array): void => {
    const port = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint16(36);
    if (((frame[47] ?? 0) & 4) !== 0) return void resets.push(port);
    const first = !lossy.includes(port) || knocks.includes(port);
    knocks.push(port);
    if (dropped.includes(port) || !first) return;
    if (!told) answer(arp(1, [255, 255, 255, 255, 255, 255], [...frame.subarray(26, 30)]));
    if (told) answer(segment(frame, { port, flags: open.includes(port) ? 0x12 : 0x14 }));
  };
  const send = (bytes: Uint8Array): void => {
    for (const frame of unpacked(bytes).frames) (frame[13] === 6 ? takeArp : takeTcp)(frame);
  };
  return { resets, knocks, tap: { send, onBytes: (to) => void (listener = to) } };
}

function arp(operation: 1 | 2, mac: readonly number[], ip: readonly number[]): readonly number[] {
  return [...mac, ...MY_MAC, 8, 6, 0, 1, 8, 0, 6, 4, 0, operation, ...MY_MAC, ...ME, ...(operation === 1 ? [0, 0, 0, 0, 0, 0] : mac), ...ip];
}

function segment(knock: Uint8Array, { port, flags }: { readonly port: number; readonly flags: number }): readonly number[] {
  const tcp = [port >> 8, port & 255, ...knock.subarray(34, 36), 9, 9, 9, 9, ...knock.subarray(38, 41), (knock[41] ?? 0) + 1, 0x50, flags, 0, 0, 0, 0, 0, 0];
  return [...knock.subarray(6, 12), ...MY_MAC, 8, 0, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, ...ME, ...knock.subarray(26, 30), ...tcp];
}
