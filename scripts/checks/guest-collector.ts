import { frameMark } from './probe-results.ts';
import { probeCalls, probeFunctions, probeLanes, type NamedProbe, type ProbeScriptRequest } from './probe-script.ts';

/** Name of the fact that every collection brings along, beside the probes of the checks. */
export const GUEST_FACTS = { systemState: 'fact system-state' } as const;

export interface GuestCollectorRequest extends ProbeScriptRequest {
  /** How long the guest may take to finish booting before its probes run all the same. */
  readonly settleSeconds: number;
  /** Run alone, between the end of the boot and the first probe: what a machine at rest is like. */
  readonly facts: readonly NamedProbe[];
  /** Probes that may run at once. */
  readonly lanes: number;
}

/** One script for one round trip: waits until the guest says that it has booted, says so, then runs every probe as root, as many at once as it has processors. */
export function guestCollector(request: GuestCollectorRequest): string {
  return `${probeFunctions(request)}\
${probeCalls(WAITS, String(request.settleSeconds))}\
${probeCalls(request.facts)}\
printf '%s\\n' ${settledMark(request.nonce)}
${probeLanes(request.probes, request.lanes)}`;
}

/** The line by which the guest says that it has settled: from then on its ports are worth a scan. */
export function settledMark(nonce: string): string {
  return `${frameMark(nonce)}-settled`;
}

/** Shell that ends when the boot has ended, and prints how: before systemd 240 (EL 8) `--wait` is heeded by nobody. */
export const WAIT_FOR_BOOT =
  'while state=$(systemctl is-system-running --wait); [[ $state == initializing || $state == starting ]]; do sleep 1; done; echo "$state"; [[ $state == running ]]';

const WAITS = [
  // cloud-init is part of the boot that this waits for; its own `status --wait` is Python, seconds of an emulated guest.
  { name: GUEST_FACTS.systemState, run: WAIT_FOR_BOOT },
];
