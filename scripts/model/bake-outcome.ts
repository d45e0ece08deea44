import type { Artifact, StageTime } from './artifact.ts';
import type { LayerName } from './image-spec.ts';
import type { Release } from './release.ts';
import type { VerificationReport } from './verification-report.ts';

/** What became of one layer, and why. */
export interface LayerOutcome {
  readonly name: 'base' | LayerName;
  readonly key: string;
  /** `fetched`: another machine baked it, and shared it. `released`: the release that stands was made from it, and nothing of it is needed here. */
  readonly action: 'cached' | 'fetched' | 'released' | 'baked';
  /** Lines that name what differs from the newest cached one; empty when it is not baked. */
  readonly why: readonly string[];
}

/** How a bake ended. */
export interface BakeOutcome {
  readonly kind: 'BakeOutcome';
  readonly imageId: string;
  /** `<image id>@<version>` of the release that stands now. */
  readonly reference: string | null;
  readonly status: 'published' | 'nothing-to-do' | 'baked' | 'explained' | 'dry-run';
  readonly layers: readonly LayerOutcome[];
  /** Null also where a release stands that this machine did not bake. */
  readonly artifact: Artifact | null;
  readonly report: VerificationReport | null;
  readonly release: Release | null;
  /** Why the release was taken back: the same inputs would only make it again. */
  readonly takenBack?: string;
  readonly stageTimes: readonly StageTime[];
  /** By the clock: stages that run side by side count once. */
  readonly totalSeconds?: number;
}
