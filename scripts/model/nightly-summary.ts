import type { BakeOutcome } from './bake-outcome.ts';

/** What a night did to one image. */
export type NightlyResult =
  | {
      readonly imageId: string;
      readonly status: BakeOutcome['status'];
      readonly reference: string | null;
      readonly seconds: number;
      readonly checks: string;
      readonly changed: readonly string[];
      /** Why the release that stands was taken back. */
      readonly takenBack?: string;
    }
  | {
      readonly imageId: string;
      readonly status: 'failed';
      readonly what: string;
      readonly fix: string;
      /** What the error has seen, such as the checks that did not pass; the first of them. */
      readonly details: readonly string[];
      readonly code: string;
      readonly seconds: number;
    };

/** What a night did: one failing image never stops the others. */
export interface NightlySummary {
  readonly kind: 'NightlySummary';
  readonly schemaVersion: 1;
  readonly startedAt: string;
  readonly results: readonly NightlyResult[];
  /** Targets that are described but not ready to be baked by anyone. */
  readonly skipped: readonly string[];
  readonly prunedReleases: readonly string[];
  /** Why old releases were not dropped. */
  readonly pruneFailure?: {
    readonly what: string;
    readonly fix: string;
    readonly details: readonly string[];
    readonly code: string;
    readonly exitStatus: number;
  };
}
