import { describe, expect, test } from 'vitest';
import { packed } from '../../scripts/tools/ethernet-frames.ts';
import { scanPorts, type ScanRequest } from '../../scripts/tools/ethernet-scan.ts';
import { fakeHost } from '../support/fake-host.ts';
import { IPV4 } from '../../scripts/tools/ipv4-frames.ts';
import { IPV6, linkLocal } from '../../scripts/tools/ipv6-frames.ts';
import { simulatedGuest, type Behaviour } from '../support/simulated-guest.ts';

const [MY_MAC, ME] = [
  [0x52, 0x54, 0x00, 0x69, 0x6e, 0x67],
  [203, 0, 113, 15],
];
const word = (value: number): readonly number[] => [value >> 8, value & 0xff];
const ports = Array.from({ length: 1000 }, (_, index) => index + 1);
const questions = [53, 123, 161].map((port) => ({ port, payload: [port, 1, 2] }));
const MAC = [0x52, 0x54, 0x00, 0x73, 0x74, 0x72];
const OVER_IPV4 = { family: IPV4, stranger: { mac: MAC, ip: [203, 0, 113, 99] } };
const OVER_IPV6 = { family: IPV6, stranger: { mac: MAC, ip: linkLocal(MAC) } };
const scan = (behaviour: Behaviour, over: Pick<ScanRequest, 'family' | 'stranger'> = OVER_IPV4) => {
  const there = simulatedGuest(behaviour);
  return { there, result: scanPorts({ ...over, tap: there.tap, clock: fakeHost().clock, ports, questions, answerMs: 100 }) };
};

describe('scanPorts', () => {
  test('tells open, closed and silent ports apart', async () => {
    await expect(scan({ open: [22, 443], dropped: [80, 81, 82] }).result).resolves.toEqual({ open: [22, 443], closed: 995, silent: 3, openUdp: [] });
  });

  test('hangs up on each port that answered', async () => {
    const { there, result } = scan({ open: [22, 443] });
    await result;
    expect(there.resets).toEqual([22, 443]);
  });

  test.each([
    ['IPv4', OVER_IPV4],
    ['IPv6', OVER_IPV6],
  ])('over %s a UDP port is open when it answers a question, asked once more when it does not', async (_family, over) => {
    const { there, result } = scan({ open: [], openOverIpv6: [], answersAt: [123] }, over);
    await expect(result).resolves.toMatchObject({ openUdp: [123] });
    expect(there.asked).toEqual([53, 123, 161, 53, 161]);
  });

  test('knocks again where nothing was heard, and only there', async () => {
    const { there, result } = scan({ open: [22], dropped: [80], lossy: [22, 90] });
    await expect(result).resolves.toMatchObject({ open: [22], silent: 1 });
    expect(there.knocks).toHaveLength(1000 + 3);
  });

  test('a guest that never stops answering is not waited for without end', async () => {
    const there = simulatedGuest({ open: [22], answersAt: [123] });
    let again = (): void => undefined;
    const onBytes: typeof there.tap.onBytes = (listener) =>
      there.tap.onBytes((bytes) => {
        again = () => listener(bytes);
        listener(bytes);
      });
    const { clock } = fakeHost();
    const sleep = (ms: number): Promise<void> => {
      if (ms === 100) again();
      return clock.sleep(ms);
    };
    const request = { ...OVER_IPV4, tap: { ...there.tap, onBytes }, clock: { ...clock, sleep }, ports, questions, answerMs: 100 };
    await expect(scanPorts(request)).resolves.toMatchObject({ open: [22] });
    expect(clock.monotonicMs()).toBeLessThan(60_000);
  });

  test('tells a guest that asks where the stranger lives', async () => {
    await expect(scan({ open: [22], asks: true }).result).resolves.toMatchObject({ open: [22] });
  });

  test('a guest that does not answer for its address is not closed: nothing is known of it', async () => {
    await expect(scan({ open: [22], dead: true }).result).resolves.toBeUndefined();
    await expect(scan({ open: [22] }, OVER_IPV6).result).resolves.toBeUndefined();
  });

  test('over IPv6 it finds a guest by its card, whatever address it made up, and that guest finds it', async () => {
    const { there, result } = scan({ open: [22], openOverIpv6: [22, 443], dropped: [80], lossy: [90], asks: true }, OVER_IPV6);
    await expect(result).resolves.toEqual({ open: [22, 443], closed: 997, silent: 1, openUdp: [] });
    expect(there.resets).toEqual([22, 443]);
  });

  test.each<[string, Forgery]>([
    ['to somebody else', { toIp: [203, 0, 113, 2] }],
    ['to another port of ours', { toPort: 54_322 }],
    ['to something that we did not say', { acknowledged: 0x1060_7002 }],
  ])('an answer %s is not ours', async (_what, forgery) => {
    const there = simulatedGuest({ open: [] });
    let hear: (bytes: Uint8Array) => void = () => undefined;
    const tap = {
      onBytes: (to: (bytes: Uint8Array) => void) => there.tap.onBytes((hear = to)),
      send: (bytes: Uint8Array) => {
        if (bytes.length > 60) hear(packed(synAck(forgery)));
        there.tap.send(bytes);
      },
    };
    const wanted = [80, 443, 5432];
    await expect(scanPorts({ ...OVER_IPV4, tap, clock: fakeHost().clock, ports: wanted, questions: [], answerMs: 100 })).resolves.toEqual({
      open: [],
      closed: 3,
      silent: 0,
      openUdp: [],
    });
  });
});

interface Forgery {
  readonly toIp?: readonly number[];
  readonly toPort?: number;
  readonly acknowledged?: number;
}

/** A guest's answer that port 5432 is open. */
function synAck({ toIp = [203, 0, 113, 99], toPort = 54_321, acknowledged = 0x1060_7001 }: Forgery): Uint8Array {
  const long = [...word(acknowledged >>> 16), ...word(acknowledged & 0xffff)];
  const tcp = [...word(5432), ...word(toPort), 0, 0, 0, 0, ...long, 0x50, 0x12, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...MY_MAC, ...MY_MAC, 8, 0, 0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, ...ME, ...toIp, ...tcp]);
}
