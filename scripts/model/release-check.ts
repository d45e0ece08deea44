/** One thing that has to hold between a release and what it claims. */
export interface ReleaseLink {
  /** What is looked at: a file of the store or of the release, or two things that must agree. */
  readonly link: string;
  readonly outcome: 'pass' | 'fail' | 'skip';
  /** What was found, in words. */
  readonly found: string;
}

/** Whether a release can be relied on, link by link, from the store's index to each of its files. */
export interface ReleaseCheck {
  readonly kind: 'ReleaseCheck';
  readonly schemaVersion: 1;
  readonly store: string;
  readonly release: string;
  /** Pass only when every link was looked at and holds. */
  readonly verdict: 'pass' | 'fail';
  readonly links: readonly ReleaseLink[];
}

/** What lies in a release's folder. */
export interface ReleaseFolder {
  /** The digest is null for what is not a file. */
  readonly files: readonly { readonly name: string; readonly sha256: string | null }[];
  /** Of the small files; what cannot be read is absent. */
  readonly texts: Readonly<Record<string, string>>;
}
