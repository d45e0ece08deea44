import type { ReleaseChanges } from './release-changes.ts';

/** What came and what went. */
export interface Change<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

export interface FileChange extends Change<string> {
  readonly changed: readonly string[];
}

export interface FromTo {
  readonly from: number;
  readonly to: number;
}

/** Everything that tells two releases apart for whoever runs them. Null: one of the two does not say. */
export interface ReleaseDiff extends ReleaseChanges {
  readonly kind: 'ReleaseDiff';
  readonly schemaVersion: 1;
  readonly from: string;
  readonly to: string;
  /** Packages of Python and Node.js. */
  readonly languagePackages: ReleaseChanges['packages'] | null;
  readonly ports: Change<number> | null;
  /** Files that run with another's rights. */
  readonly privileged: FileChange | null;
  readonly units: Change<string> | null;
  /** Below /etc and /usr/local. */
  readonly files: FileChange | null;
  readonly sizeBytes: FromTo;
  readonly firstBootSeconds: FromTo;
  readonly rebootSeconds: FromTo;
  readonly passed: FromTo;
}
