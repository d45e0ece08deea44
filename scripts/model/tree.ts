/** One file of a disk: all that it is, but its times. */
export interface TreeEntry {
  /** As `find` names it: f, d, l, …. */
  readonly type: string;
  readonly mode: string;
  /** Numbers of user and group. */
  readonly owner: string;
  /** Undefined for folders. */
  readonly sizeBytes: number | undefined;
  /** Where a link points. */
  readonly link: string;
  /** SHA-256 of a plain file. */
  readonly sha256: string | undefined;
}

/** Every file of a disk, by its path without the leading slash. */
export type Tree = ReadonlyMap<string, TreeEntry>;
