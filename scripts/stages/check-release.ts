import type { Reference } from '../model/release-name.ts';
import type { Release } from '../model/release.ts';
import { assertDigest } from '../store/release-folder.ts';
import type { Store } from '../store/store.ts';
import type { Stage } from './stage.ts';

export interface ReleaseToCheck {
  readonly store: Store;
  readonly reference: Reference;
  /** Where the disk is held from now on: a link of our own stays whole when the release is pruned meanwhile. */
  readonly diskPath: string;
}

export interface CheckedRelease {
  readonly release: Release;
  readonly diskPath: string;
}

/** Takes hold of a release's disk and hashes it, every time: what was true at the last launch may not be true now. */
export const checkRelease: Stage<ReleaseToCheck, CheckedRelease> = {
  name: 'check-release',
  title: 'Check the disk against its digest',
  run: async ({ store, reference, diskPath }, { host }) => {
    const found = await store.find(reference);
    await host.files.link(await found.bringDisk(), diskPath);
    const { release } = found;
    await assertDigest(host, diskPath, { sha256: release.disk.sha256, name: `${release.imageId}@${release.version}` });
    return { release, diskPath };
  },
};
