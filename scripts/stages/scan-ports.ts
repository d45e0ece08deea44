import { ALL_PORTS } from '../checks/scanned-ports.ts';
import { scanPorts, type ScanResult } from '../tools/ethernet-scan.ts';
import { tapNetwork } from '../tools/ethernet-scan-tap.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

/** Knocks at every TCP port of the guest as a stranger on its own network would. */
export const scanGuestPorts: Stage<{ readonly guest: RunningGuest; readonly slowness: number }, ScanResult> = {
  name: 'scan-ports',
  title: 'Knock at all TCP ports',
  run: async ({ guest, slowness }, { host }) => {
    const tap = await tapNetwork(guest.qmp);
    try {
      return await scanPorts({ tap, clock: host.clock, ports: ALL_PORTS, answerMs: 500 * slowness });
    } finally {
      await tap.close();
    }
  },
};
