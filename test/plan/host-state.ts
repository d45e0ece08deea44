import type { HostState } from '../../scripts/model/host-report.ts';

/** A host with room, memory and root. */
export const STATE: HostState = {
  platform: 'linux',
  arch: 'x64',
  cpus: 2,
  memoryMiB: 8192,
  availableMemoryMiB: 6000,
  freeDiskMiB: 50_000,
  isRoot: true,
  hasSudo: false,
  packageManager: 'apt',
};
