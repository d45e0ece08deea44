import type { BudgetLine } from './budget.ts';
import type { Family } from './distro.ts';
import type { Document } from './document.ts';
import type { ReleaseMarks } from './release-marks.ts';
import type { StageTime } from './artifact.ts';

/** What we promise: one published version of one image. Parent: the VerificationReport. */
export interface Release extends Document<'Release'> {
  readonly imageId: string;
  readonly image: string;
  readonly role: string;
  readonly distro: string;
  /** `YYYY.MM.DD-N`. */
  readonly version: string;
  /** Published for those who try it out: `latest` comes to it only by a promotion. */
  readonly candidate?: true;
  readonly key: string;
  readonly artifactDigest: string;
  /** Digest of every document that led here. Absent from releases of earlier days, and the first two when an artifact does not say what it was made from. */
  readonly documents?: { readonly spec: string | null; readonly plan: string | null; readonly artifact: string; readonly report: string };
  readonly disk: {
    readonly file: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly virtualSizeBytes: number;
    readonly compression: 'zstd' | 'zlib';
  };
  readonly checks: {
    readonly passed: number;
    readonly declared: number;
    /** Of the checks that were asked, as `plan/checks-digest` has it. Absent from releases of earlier days. */
    readonly digest?: string;
  };
  /** What was measured against the image's budget. Absent from releases of earlier days. */
  readonly budgets?: readonly BudgetLine[];
  readonly bootSeconds: { readonly firstBoot: number; readonly reboot: number };
  readonly loginUser: string;
  /** Absent from releases of earlier days, which were all of Debian's. */
  readonly family?: Family;
  readonly firmware: readonly ('bios' | 'uefi')[];
  readonly defaultProfile: string;
  readonly driver: 'native' | 'vm';
  readonly stageTimes: readonly StageTime[];
  readonly publishedAt: string;
}

export interface IndexEntry extends ReleaseMarks {
  readonly imageId: string;
  readonly version: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly key: string;
  readonly checksPassed: number;
  readonly publishedAt: string;
}

/** The list of all releases of a store: replaced last, as a whole, after a release has its final name. */
export interface StoreIndex {
  readonly kind: 'StoreIndex';
  readonly schemaVersion: 1;
  /** Grows by one with every change. */
  readonly generation: number;
  readonly releases: readonly IndexEntry[];
  /** imageId → channel → version. */
  readonly channels: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
