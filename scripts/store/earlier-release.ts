import { compareVersions } from '../model/release-name.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import type { Store } from './store.ts';

/** What an earlier release says of itself, to compare a newer one with. */
export interface EarlierRelease {
  readonly release: Release;
  readonly packages: readonly string[];
  readonly report: VerificationReport;
  /** The text of one more of its files; undefined when it has none of that name. */
  readonly textOf: (file: string) => Promise<string | undefined>;
}

/** Reads the newest release of an image, or the newest before a version; undefined when there is none, or when it is not whole: a comparison is a courtesy. */
export async function readEarlier(store: Store, imageId: string, before?: string): Promise<EarlierRelease | undefined> {
  try {
    const { releases } = await store.readIndex();
    const versions = releases.filter((entry) => entry.imageId === imageId).map(({ version }) => version);
    const version = versions
      .filter((candidate) => before === undefined || compareVersions(candidate, before) < 0)
      .toSorted(compareVersions)
      .at(-1);
    if (version === undefined) return undefined;
    const found = await store.find({ imageId, selector: { kind: 'version', version } });
    const packages = ((await found.readText('packages.txt')) ?? '').split('\n').filter((line) => line !== '');
    return { release: found.release, packages, textOf: found.readText, report: JSON.parse((await found.readText('report.json')) ?? '') as VerificationReport };
  } catch {
    return undefined;
  }
}
