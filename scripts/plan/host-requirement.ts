import type { Need, PackageManager } from '../model/host-report.ts';

/** One thing that the host must have: how to find it, what for, and how to get it. */
export interface HostRequirement {
  readonly id: string;
  /** Any one of these is enough: a program's name (looked for in PATH and the sbin folders) or an absolute path. */
  readonly anyOf: readonly string[];
  readonly purpose: string;
  readonly needs: readonly Need[];
  readonly packages: Readonly<Partial<Record<PackageManager, string>>>;
  /** Arguments that make the program say its version. Absent: presence is all that counts. */
  readonly versionArgs?: readonly string[];
  /** Each one costs the start of every bake a moment: only where an older one is about and does not do. */
  readonly minimum?: string;
  /** What to do when no package brings it, in words that also follow an "or". */
  readonly otherwise?: string;
}

/** A row for something that is looked for by its own name. */
export function named(name: string, row: Omit<HostRequirement, 'id' | 'anyOf'>): HostRequirement {
  return { id: name, anyOf: [name], ...row };
}

/** A package that every package manager knows by the same name. */
export function both(name: string): Readonly<Record<PackageManager, string>> {
  return { apt: name, dnf: name };
}
