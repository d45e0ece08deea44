/** What a vendor really has of one package, as far as a rehearsal needs it: an independent word on what a distro's file says. */
export interface CataloguedPackage {
  /** Versions by source (`own`, or the id of a third party's mirror) and by kind of system (`el 8`, `debian 11`, or `any`). */
  readonly from: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Module stream that it is in, by kind of system. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Other versions that are there too, by kind of system and stream (empty: in none). */
  readonly also?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly [content: string]: unknown;
}

/** config/rehearsal/<family>.yaml. */
export interface RehearsalCatalogue {
  /** Suites (apt) or folders (dnf) of each mirror; the first has its packages, the others are empty. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  /** Where a system's own key is, by ID of os-release, or by ID and major version. */
  readonly keys: Readonly<Record<string, string>>;
  /** Accounts that the root of a rehearsal has from its own distro, and that no base of this family has. */
  readonly absent?: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly streams?: Readonly<Record<string, readonly string[]>>;
  readonly defaults?: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, CataloguedPackage>>;
}

export interface StandIn {
  readonly name: string;
  readonly version: string;
  readonly module?: string;
  readonly [content: string]: unknown;
}

/** One repository that is made for a rehearsal. */
export interface StandInPlace {
  readonly mirror: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly packages: readonly StandIn[];
  readonly streams: readonly string[];
}

/** What was looked at in a rehearsal, by what, and what came of it. */
export interface RehearsalRow {
  readonly what: string;
  /** The program that judged is the distro's own kind, or one that stands in for it. */
  readonly by: 'real' | 'stand-in';
  readonly outcome: 'pass' | 'fail';
  readonly detail: string;
}

export interface RehearsalResult {
  readonly imageId: string;
  readonly distro: string;
  readonly outcome: 'pass' | 'fail';
  readonly rows: readonly RehearsalRow[];
  /** What stood in for the vendor's own. */
  readonly standIns: readonly string[];
  readonly seconds: number;
}

/** What a rehearsal of some images showed. */
export interface RehearsalReport {
  readonly kind: 'RehearsalReport';
  readonly schemaVersion: 1;
  readonly results: readonly RehearsalResult[];
}
