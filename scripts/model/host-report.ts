/** What a piece of work needs of the host: a bake has several, `generate` none. */
export type Need = 'bake' | 'native' | 'vm' | 'bootstrap' | 'wheels' | 'boot' | 'verify' | 'grade' | 'export' | 'tests' | 'rehearsal';

export type PackageManager = 'apt' | 'dnf';

/** One row of the table of what a host must have, and how this one fares. */
export interface RequirementState {
  readonly id: string;
  readonly status: 'present' | 'missing' | 'too-old';
  readonly version: string | null;
  readonly minimum: string | null;
  readonly path: string | null;
  readonly purpose: string;
  readonly needs: readonly Need[];
  /** Package of this host's package manager, if one brings it. */
  readonly package: string | null;
  readonly remedy: string;
}

/** What the host is, beyond its programs. */
export interface HostState {
  readonly platform: string;
  readonly arch: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly availableMemoryMiB: number;
  readonly freeDiskMiB: number;
  readonly isRoot: boolean;
  readonly hasSudo: boolean;
  readonly packageManager: PackageManager | null;
}

/** Something that no package solves. */
export interface HostProblem {
  readonly code: 'HOST_NOT_READY' | 'NO_SPACE';
  readonly what: string;
  readonly fix: string;
}

/** What this host has, lacks and can do: the answer of doctor, and the gate in front of a bake. */
export interface HostReport extends HostState {
  readonly kind: 'HostReport';
  readonly schemaVersion: 1;
  readonly requirements: readonly RequirementState[];
  readonly problems: readonly HostProblem[];
  /** Commands, in order, that bring everything missing; null when there is nothing that they could bring. */
  readonly installCommands: readonly (readonly string[])[] | null;
  /** The same as one line to paste. */
  readonly installLine: string | null;
  readonly ready: boolean;
}
