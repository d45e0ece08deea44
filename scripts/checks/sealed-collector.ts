import { probeFunctions, probeLanes, type ProbeScriptRequest } from './probe-script.ts';
import { showSealedDisk, type SealedDisk } from './sealed-disk.ts';

export interface SealedCollectorRequest extends ProbeScriptRequest, SealedDisk {
  /** Probes that may run at once. */
  readonly lanes: number;
}

/** A host-side script that shows a disk's root file system, read-only, to the sealed probes. */
export function sealedCollector(request: SealedCollectorRequest): string {
  return `${probeFunctions(request)}${showSealedDisk(request)}${probeLanes(request.probes, request.lanes)}`;
}
