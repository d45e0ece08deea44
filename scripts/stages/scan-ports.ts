import { ALL_PORTS } from '../checks/scanned-ports.ts';
import { UDP_QUESTIONS } from '../checks/udp-questions.ts';
import { BakeError } from '../errors.ts';
import { union, type OpenPorts } from '../model/open-ports.ts';
import type { AddressBytes, AddressFamily } from '../tools/ethernet-frames.ts';
import { scanPorts, type ScanResult } from '../tools/ethernet-scan.ts';
import { tapNetwork } from '../tools/ethernet-scan-tap.ts';
import { IPV4, ipv4Address } from '../tools/ipv4-frames.ts';
import { IPV6, linkLocal } from '../tools/ipv6-frames.ts';
import { GUEST_NETWORK } from '../tools/qemu-system.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

/** The hardware address of a machine that the guest has never seen; its IPv4 address is in a range that no image has a reason to trust. */
const STRANGER: AddressBytes = [0x52, 0x54, 0x00, 0x73, 0x74, 0x72];

/** Knocks at every TCP port of the guest and asks at the UDP ports that matter, over IPv4 and IPv6, as a stranger on its own network would. */
export const scanGuestPorts: Stage<{ readonly guest: RunningGuest; readonly slowness: number }, OpenPorts> = {
  name: 'scan-ports',
  title: 'Knock at all TCP ports, and ask at UDP ports',
  run: async ({ guest, slowness }, { host }) => {
    const scan = async (family: AddressFamily, ip: AddressBytes): Promise<ScanResult | undefined> => {
      const tap = await tapNetwork(guest.qmp);
      try {
        return await scanPorts({
          tap,
          clock: host.clock,
          family,
          stranger: { mac: STRANGER, ip },
          ports: ALL_PORTS,
          questions: UDP_QUESTIONS,
          answerMs: 500 * slowness,
        });
      } finally {
        await tap.close();
      }
    };
    const overIpv4 = await scan(IPV4, ipv4Address(`${GUEST_NETWORK.prefix}.99`));
    if (overIpv4 === undefined) throw unreachable();
    const overIpv6 = await scan(IPV6, linkLocal(STRANGER));
    return { ipv4: overIpv4.open, ipv6: overIpv6?.open, udp: union(overIpv4.openUdp, overIpv6?.openUdp ?? []) };
  },
};

function unreachable(): BakeError {
  return new BakeError('GUEST_FAILED', {
    what: `The guest does not answer for its address ${GUEST_NETWORK.guest} on its own network`,
    fix: 'Look in the failure kit at how the guest set up its network: it must take the address that DHCP gives',
  });
}
