import type { Grade } from './grade-report.ts';
import type { IndexEntry } from './release.ts';

/** What the release itself says beyond its line in the index. */
export interface ReleaseDetails {
  readonly virtualSizeBytes: number;
  readonly checksDeclared: number;
  readonly firstBootSeconds: number;
  readonly rebootSeconds: number;
  /** Of all stages, from the first of the bake to the last of the verification. */
  readonly bakeSeconds: number;
  readonly loginUser: string;
  readonly compression: string;
  /** What lies beside the disk. */
  readonly files: readonly string[];
  /** What outside graders said of it; absent where nobody asked them, and from releases that are not the newest. */
  readonly grades?: readonly Grade[];
}

export interface CatalogueRelease extends IndexEntry {
  readonly channels: readonly string[];
  /** Absent from older releases of an image: they are listed, and not looked into. */
  readonly details?: ReleaseDetails;
}

/** `ending`: within half a year. `extended`: only paid or partial support is left. */
export type Support = 'supported' | 'ending' | 'extended' | 'ended' | 'unknown';

export interface CatalogueImage {
  readonly imageId: string;
  readonly image: string;
  readonly role: string;
  readonly distro: string;
  /** As people call it; the id where the configuration does not know it. */
  readonly distroTitle: string;
  readonly codename: string;
  readonly version: string;
  readonly support: Support;
  /** ISO date; empty when it is not known. */
  readonly endOfLife: string;
  /** Version of the release that readers are to take: the newest that was not taken back. */
  readonly offered: string;
  /** Newest first. */
  readonly releases: readonly CatalogueRelease[];
}

/** Everything that a store holds, as its readers see it: made anew whenever its index changes. */
export interface ReleaseCatalogue {
  readonly generation: number;
  readonly madeAt: string;
  readonly images: readonly CatalogueImage[];
}
