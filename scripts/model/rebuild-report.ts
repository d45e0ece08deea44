/** A difference that two bakes from the same inputs may show, with the reason. */
export interface AllowedDifference {
  /** Path without the leading slash; `*` stands for anything. */
  readonly path: string;
  readonly why: string;
}

/** One file that is not the same on both disks. */
export interface TreeDifference {
  readonly path: string;
  /** In words: `only in the release`, `content`, `mode 0644 → 0600`, …. */
  readonly what: string;
  /** Why it may be; null when nothing explains it. */
  readonly why: string | null;
}

/** One thing that a release was made from, and what it is now. */
export interface InputChange {
  readonly name: string;
  readonly released: string;
  readonly now: string;
}

/** What came of baking a release again. */
export interface RebuildReport {
  readonly kind: 'RebuildReport';
  readonly schemaVersion: 1;
  /** `<image id>@<version>`. */
  readonly release: string;
  /** Digests of both disks. */
  readonly sha256: { readonly released: string; readonly rebuilt: string };
  /** Files compared. */
  readonly files: number;
  /** Inputs that are others now; none unless it was asked for. */
  readonly inputs: readonly InputChange[];
  readonly differences: readonly TreeDifference[];
  /** `identical`: no file differs; `explained`: only what may; `different`: something that nothing explains. */
  readonly verdict: 'identical' | 'explained' | 'different';
}
