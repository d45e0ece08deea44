/** What every document of the chain has in common: what it is, which shape it has, and which document it was made from. */
export interface Document<Kind extends string> {
  readonly kind: Kind;
  readonly schemaVersion: 1;
  /** SHA-256 (hex) of the canonical JSON of the parent document; null for the first of the chain. */
  readonly parent: string | null;
}
