import type { CloudImageBase, LockedImage } from './distro.ts';

/** What has to be known to look up a vendor's newest image. */
export interface LockWish {
  readonly distroId: string;
  readonly cloudImage: CloudImageBase;
  /** Places of this build by mirror id. */
  readonly placeOf: Readonly<Record<string, string>>;
  readonly current: LockedImage | undefined;
}

/** What `npm run lock` found for one distro. */
export type LockResult =
  | { readonly distro: string; readonly status: 'new' | 'changed' | 'unchanged'; readonly before: LockedImage | null; readonly after: LockedImage }
  | {
      readonly distro: string;
      readonly status: 'failed';
      readonly before: LockedImage | null;
      readonly code: string;
      readonly what: string;
      readonly fix: string;
    };

/** What `npm run lock` did, of every distro that was asked for. */
export interface LockSummary {
  readonly kind: 'LockSummary';
  readonly schemaVersion: 1;
  readonly results: readonly LockResult[];
  /** False when it only looked. */
  readonly written: boolean;
}
