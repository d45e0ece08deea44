import { CLIENT_PORTS } from '../checks/outside-environment.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

export interface HealthInput {
  readonly guest: RunningGuest;
  readonly deadlineMs: number;
  /** Asked before each knock: true once nobody waits for the answer any more. */
  readonly isOver: () => boolean;
}

const PAUSE_MS = 1000;
const ANSWER_SECONDS = 20;

/** Asks for the health page, as a load balancer would, until it is good. Resolves with the seconds since power on; undefined when it never was. */
export const waitForHealth: Stage<HealthInput, number | undefined> = {
  name: 'wait-for-health',
  title: 'Wait for a good answer of /healthz',
  run: async ({ guest, deadlineMs, isOver }, { host }) => {
    const url = `http://127.0.0.1:${guest.hostPorts.get(CLIENT_PORTS.http) ?? 0}/healthz`;
    const secondsSince = (): number => (host.clock.monotonicMs() - guest.startedMs) / 1000;
    while (!isOver() && secondsSince() * 1000 < deadlineMs) {
      const { exitCode } = await host.run(['curl', '-sSf', '-o', '/dev/null', '--max-time', String(ANSWER_SECONDS), url], { reject: false });
      if (exitCode === 0) return Math.round(secondsSince() * 10) / 10;
      await host.clock.sleep(PAUSE_MS);
    }
    return undefined;
  },
};
