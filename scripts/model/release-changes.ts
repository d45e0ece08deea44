/** One value, before and now. */
export interface Changed {
  readonly name: string;
  readonly before: string;
  readonly now: string;
}

/** What a release has that the one before it had not, and the other way round. */
export interface ReleaseChanges {
  readonly since: string;
  readonly packages: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly changed: readonly Changed[] };
  readonly checks: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Sizes, times and other measures. */
  readonly measures: readonly Changed[];
}
