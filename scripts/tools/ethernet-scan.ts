import { BakeError } from '../errors.ts';
import type { Clock } from '../host/host.ts';
import { arpReply, arpRequest, packed, readFrame, rstFrame, synFrame, unpacked, type AddressBytes, type Endpoint, type Heard } from './ethernet-frames.ts';
import type { Tap } from './ethernet-scan-tap.ts';
import { GUEST_NETWORK } from './qemu-system.ts';

export interface ScanRequest {
  readonly tap: Pick<Tap, 'send' | 'onBytes'>;
  readonly clock: Clock;
  readonly ports: readonly number[];
  /** How long a guest may take to answer one question; grows with the host's slowness. */
  readonly answerMs: number;
}

export interface ScanResult {
  readonly open: readonly number[];
  /** Ports that said no. */
  readonly closed: number;
  /** Ports that said nothing, in every round. */
  readonly silent: number;
}

/** A stranger on the guest's own network: an address that no other machine has, in a range that the image has no reason to trust. */
const STRANGER: Endpoint = { mac: [0x52, 0x54, 0x00, 0x73, 0x74, 0x72], ip: addressOf(`${GUEST_NETWORK.prefix}.99`) };
const FROM_PORT = 54_321;
/** Our SYNs carry this; an answer acknowledges one more. */
const SEQUENCE = 0x1060_7000;
const ROUNDS = 2;
/** Knocks in a row: fewer than a network card's queue holds, so that none is lost on a guest that is slow. */
const BURST = 128;
const STEP_MS = 1;
const ARP_TRIES = 5;

/** Knocks at TCP ports of the guest from its own network, past QEMU's forwards, without any privilege on the host. */
export async function scanPorts(request: ScanRequest): Promise<ScanResult> {
  const scan = listenTo(request.tap);
  const guest = await findGuest(request, scan);
  for (let round = 0; round < ROUNDS; round += 1) {
    await knock(request, scan, { guest, ports: request.ports.filter((port) => !scan.open.has(port) && !scan.closed.has(port)) });
    await quiet(request, scan);
  }
  return { open: [...scan.open].toSorted((a, b) => a - b), closed: scan.closed.size, silent: request.ports.length - scan.open.size - scan.closed.size };
}

interface Scan {
  readonly open: Set<number>;
  readonly closed: Set<number>;
  guest: Endpoint | undefined;
  heard: number;
  fences: number;
}

function listenTo(tap: ScanRequest['tap']): Scan {
  const scan: Scan = { open: new Set(), closed: new Set(), guest: undefined, heard: 0, fences: 0 };
  let rest: Uint8Array = new Uint8Array();
  tap.onBytes((bytes) => {
    const taken = unpacked(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = taken.rest;
    for (const frame of taken.frames) take(tap, scan, readFrame(frame));
  });
  return scan;
}

function take(tap: ScanRequest['tap'], scan: Scan, heard: Heard | undefined): void {
  if (heard === undefined) return;
  if (heard.kind === 'arp-request') {
    if (isSame(heard.target, STRANGER.ip)) tap.send(packed(arpReply(STRANGER, heard.from)));
  } else if (heard.kind === 'arp-reply') {
    takeArpReply(scan, heard.from);
  } else if (isSame(heard.toIp, STRANGER.ip) && heard.toPort === FROM_PORT && heard.ack && heard.acknowledged === SEQUENCE + 1) {
    takeAnswer(tap, scan, heard);
  }
}

function takeArpReply(scan: Scan, from: Endpoint): void {
  if (!isSame(from.ip, addressOf(GUEST_NETWORK.guest))) return;
  scan.guest = from;
  scan.fences += 1;
}

function takeAnswer(tap: ScanRequest['tap'], scan: Scan, { fromPort, syn, rst }: Extract<Heard, { kind: 'tcp' }>): void {
  scan.heard += 1;
  if (rst) scan.closed.add(fromPort);
  if (!syn || scan.guest === undefined) return;
  scan.open.add(fromPort);
  tap.send(packed(rstFrame({ self: STRANGER, peer: scan.guest, fromPort: FROM_PORT, toPort: fromPort, sequence: SEQUENCE + 1 })));
}

async function findGuest(request: ScanRequest, scan: Scan): Promise<Endpoint> {
  for (let attempt = 0; attempt < ARP_TRIES && scan.guest === undefined; attempt += 1) await fence(request, scan);
  if (scan.guest !== undefined) return scan.guest;
  throw new BakeError('GUEST_FAILED', {
    what: `The guest does not answer for its address ${GUEST_NETWORK.guest} on its own network`,
    fix: 'Look in the failure kit at how the guest set up its network: it must take the address that DHCP gives',
  });
}

interface Knocks {
  readonly guest: Endpoint;
  readonly ports: readonly number[];
}

async function knock(request: ScanRequest, scan: Scan, { guest, ports }: Knocks): Promise<void> {
  for (let at = 0; at < ports.length; at += BURST) {
    const burst = ports
      .slice(at, at + BURST)
      .map((toPort) => packed(synFrame({ self: STRANGER, peer: guest, fromPort: FROM_PORT, toPort, sequence: SEQUENCE })));
    request.tap.send(Buffer.concat(burst));
    await fence(request, scan);
  }
}

/** Asks for the guest's address and waits for the answer, which no firewall holds back: all that was sent before has then been taken in. */
async function fence({ tap, clock, answerMs }: ScanRequest, scan: Scan): Promise<void> {
  const before = scan.fences;
  tap.send(packed(arpRequest(STRANGER, addressOf(GUEST_NETWORK.guest))));
  const untilMs = clock.monotonicMs() + answerMs;
  while (scan.fences === before && clock.monotonicMs() < untilMs) await clock.sleep(STEP_MS);
}

/** Waits until no answer has come for a while. */
async function quiet({ clock, answerMs }: ScanRequest, scan: Scan): Promise<void> {
  let before: number;
  do {
    before = scan.heard;
    await clock.sleep(answerMs);
  } while (scan.heard !== before);
}

function isSame(a: AddressBytes, b: AddressBytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function addressOf(dotted: string): AddressBytes {
  return dotted.split('.').map(Number);
}
