import type { Clock } from '../host/host.ts';
import type { UdpQuestion } from '../model/open-ports.ts';
import { packed, unpacked, type AddressBytes, type AddressFamily, type Endpoint, type Heard } from './ethernet-frames.ts';
import type { Tap } from './ethernet-scan-tap.ts';

export interface ScanRequest {
  readonly tap: Pick<Tap, 'send' | 'onBytes'>;
  readonly clock: Clock;
  readonly family: AddressFamily;
  /** Who knocks: an address on the guest's own network that no other machine has. */
  readonly stranger: Endpoint;
  readonly ports: readonly number[];
  /** What is said to UDP ports: only one that is asked in its own words answers. */
  readonly questions: readonly UdpQuestion[];
  /** How long a guest may take to answer one question; grows with the host's slowness. */
  readonly answerMs: number;
}

export interface ScanResult {
  readonly open: readonly number[];
  /** Ports that said no. */
  readonly closed: number;
  /** Ports that said nothing, in every round. */
  readonly silent: number;
  /** UDP ports that answered. */
  readonly openUdp: readonly number[];
}

const FROM_PORT = 54_321;
/** Our SYNs carry this; an answer acknowledges one more. */
const SEQUENCE = 0x1060_7000;
const ROUNDS = 2;
/** Knocks in a row: fewer than a network card's queue holds, so that none is lost on a guest that is slow. */
const BURST = 128;
const STEP_MS = 1;
const TRIES = 5;
/** Of `answerMs` each. */
const MOST_WAITS = 50;

/** Knocks at TCP ports of the guest from its own network, past QEMU's forwards, without any privilege on the host. Undefined when it has no address of this family. */
export async function scanPorts(request: ScanRequest): Promise<ScanResult | undefined> {
  const scan = listenTo(request);
  for (let attempt = 0; attempt < TRIES && scan.guest === undefined; attempt += 1) await fence(request, scan);
  const { guest } = scan;
  if (guest === undefined) return undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    await knock(request, scan, { guest, ports: request.ports.filter((port) => !scan.open.has(port) && !scan.closed.has(port)) });
    await quiet(request, scan);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    ask(request, scan, guest);
    await quiet(request, scan);
  }
  return {
    open: rising(scan.open),
    closed: scan.closed.size,
    silent: request.ports.length - scan.open.size - scan.closed.size,
    openUdp: rising(scan.openUdp),
  };
}

interface Scan {
  readonly open: Set<number>;
  readonly closed: Set<number>;
  readonly openUdp: Set<number>;
  guest: Endpoint | undefined;
  heard: number;
  fences: number;
}

function listenTo(request: ScanRequest): Scan {
  const scan: Scan = { open: new Set(), closed: new Set(), openUdp: new Set(), guest: undefined, heard: 0, fences: 0 };
  let rest: Uint8Array = new Uint8Array();
  request.tap.onBytes((bytes) => {
    const taken = unpacked(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = taken.rest;
    for (const frame of taken.frames) take(request, scan, request.family.read(frame));
  });
  return scan;
}

function take(request: ScanRequest, scan: Scan, heard: Heard | undefined): void {
  const { tap, family, stranger } = request;
  if (heard === undefined) return;
  if (heard.kind === 'question') {
    if (isSame(heard.target, stranger.ip)) tap.send(packed(family.answer(stranger, heard.from)));
  } else if (heard.kind === 'answer') {
    scan.guest ??= heard.from;
    scan.fences += 1;
  } else if (!isSame(heard.toIp, stranger.ip) || heard.toPort !== FROM_PORT) {
    return;
  } else if (heard.kind === 'udp') {
    takeDatagram(request, scan, heard.fromPort);
  } else if (heard.ack && heard.acknowledged === SEQUENCE + 1) {
    takeAnswer(request, scan, heard);
  }
}

function takeAnswer({ tap, family, stranger }: ScanRequest, scan: Scan, { fromPort, syn, rst }: Extract<Heard, { kind: 'tcp' }>): void {
  scan.heard += 1;
  if (rst) scan.closed.add(fromPort);
  if (!syn || scan.guest === undefined) return;
  scan.open.add(fromPort);
  tap.send(packed(family.rst({ self: stranger, peer: scan.guest, fromPort: FROM_PORT, toPort: fromPort, sequence: SEQUENCE + 1 })));
}

function takeDatagram({ questions }: ScanRequest, scan: Scan, fromPort: number): void {
  scan.heard += 1;
  if (questions.some(({ port }) => port === fromPort)) scan.openUdp.add(fromPort);
}

interface Knocks {
  readonly guest: Endpoint;
  readonly ports: readonly number[];
}

async function knock(request: ScanRequest, scan: Scan, { guest, ports }: Knocks): Promise<void> {
  for (let at = 0; at < ports.length; at += BURST) {
    const burst = ports
      .slice(at, at + BURST)
      .map((toPort) => packed(request.family.syn({ self: request.stranger, peer: guest, fromPort: FROM_PORT, toPort, sequence: SEQUENCE })));
    request.tap.send(Buffer.concat(burst));
    await fence(request, scan);
  }
}

function ask({ tap, family, stranger, questions }: ScanRequest, scan: Scan, guest: Endpoint): void {
  const open = questions.filter(({ port }) => !scan.openUdp.has(port));
  const frames = open.map(({ port, payload }) => packed(family.udp({ self: stranger, peer: guest, fromPort: FROM_PORT, toPort: port, payload })));
  if (frames.length > 0) tap.send(Buffer.concat(frames));
}

/** Asks for the guest's address and waits for the answer, which no firewall holds back: all that was sent before has then been taken in. */
async function fence({ tap, clock, family, stranger, answerMs }: ScanRequest, scan: Scan): Promise<void> {
  const before = scan.fences;
  tap.send(Buffer.concat(family.questions(stranger, scan.guest).map(packed)));
  const untilMs = clock.monotonicMs() + answerMs;
  while (scan.fences === before && clock.monotonicMs() < untilMs) await clock.sleep(STEP_MS);
}

/** Waits until no answer has come for a while; a guest that never stops sending is not waited for. */
async function quiet({ clock, answerMs }: ScanRequest, scan: Scan): Promise<void> {
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    const before = scan.heard;
    await clock.sleep(answerMs);
    if (scan.heard === before) return;
  }
}

function rising(ports: ReadonlySet<number>): readonly number[] {
  return [...ports].toSorted((a, b) => a - b);
}

function isSame(a: AddressBytes, b: AddressBytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
