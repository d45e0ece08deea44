import { compareVersions } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { channelVersion, versionsOf } from './index-changes.ts';
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
export function readEarlier(store: Store, imageId: string, before?: string): Promise<EarlierRelease | undefined> {
  return readChosen(store, imageId, (index) => versionsOf(index, imageId).findLast((version) => before === undefined || compareVersions(version, before) < 0));
}

/** Reads what the users of an image have who are to get the next one: what `latest` means, or for those who try candidates the newest of them. */
export function readPresent(store: Store, imageId: string, candidate: boolean): Promise<EarlierRelease | undefined> {
  return readChosen(store, imageId, (index) => {
    const latest = channelVersion(index, imageId, 'latest');
    return candidate ? (channelVersion(index, imageId, 'candidate') ?? latest) : latest;
  });
}

async function readChosen(store: Store, imageId: string, choose: (index: StoreIndex) => string | undefined): Promise<EarlierRelease | undefined> {
  try {
    const version = choose(await store.readIndex());
    if (version === undefined) return undefined;
    const found = await store.find({ imageId, selector: { kind: 'version', version } });
    const packages = ((await found.readText('packages.txt')) ?? '').split('\n').filter((line) => line !== '');
    return { release: found.release, packages, textOf: found.readText, report: JSON.parse((await found.readText('report.json')) ?? '') as VerificationReport };
  } catch {
    return undefined;
  }
}
