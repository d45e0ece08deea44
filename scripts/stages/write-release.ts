import type { Artifact } from '../model/artifact.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { installedPackages } from '../plan/installed-packages.ts';
import type { StoreWriter } from '../store/store.ts';
import type { Stage } from './stage.ts';

export interface ReleaseToWrite {
  readonly store: StoreWriter;
  readonly release: Release;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  /** Rendered reports, as they are to lie beside the disk. */
  readonly reports: readonly { readonly name: string; readonly text: string }[];
}

/** Puts the tested disk and all that is said about it under the release's final name, whole or not at all. */
export const writeRelease: Stage<ReleaseToWrite, Release> = {
  name: 'write-release',
  title: 'Write the release',
  run: async ({ store, release, artifact, report, reports }) => {
    const own = [
      { name: 'report.json', text: `${JSON.stringify(report, undefined, 2)}\n` },
      {
        name: 'packages.txt',
        text: installedPackages(artifact, report.inventory)
          .map((line) => `${line}\n`)
          .join(''),
      },
    ];
    const files = [...own.filter(({ name }) => !reports.some((given) => given.name === name)), ...reports];
    await store.writeRelease({ release, diskPath: artifact.diskPath, files });
    return release;
  },
};
