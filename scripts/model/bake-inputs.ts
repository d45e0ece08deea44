import type { BuildPlan } from './build-plan.ts';

/** A program that a bake called. */
export interface UsedTool {
  readonly name: string;
  readonly version: string;
}

/** The sources that a bake ran from. */
export interface UsedSource {
  readonly commit: string;
  /** True when files differed from that commit. */
  readonly modified: boolean;
}

/** Keys that package indexes were checked against. */
export interface UsedKeyring {
  readonly path: string;
  /** Null where the host does not have it: it is the guest's own then. */
  readonly sha256: string | null;
}

/** Everything that went into one disk, kept beside it, so that a release can name it however much later it is published. */
export interface BakeInputs {
  readonly kind: 'BakeInputs';
  readonly schemaVersion: 1;
  /** The artifact's parent, whole. */
  readonly plan: BuildPlan;
  /** Null where the project is not in a repository. */
  readonly source: UsedSource | null;
  readonly tools: readonly UsedTool[];
  readonly keyrings: readonly UsedKeyring[];
  /** Digest of each repository's signed index, by repository id. */
  readonly indexDigests: Readonly<Record<string, string>>;
  readonly startedAt: string;
}
