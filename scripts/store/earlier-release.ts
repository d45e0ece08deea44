import { BakeError } from '../errors.ts';
import { compareVersions } from '../model/release-name.ts';
import type { Release, StoreIndex } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { documentOf } from '../plan/release-links.ts';
import { channelVersion, versionsOf } from './index-changes.ts';
import type { FoundRelease, Store } from './store.ts';

/** What an earlier release says of itself, to compare a newer one with. */
export interface EarlierRelease {
  readonly release: Release;
  readonly packages: readonly string[];
  readonly report: VerificationReport;
  /** One more of its files, JSON: neither field is there when it has none of that name. */
  readonly documentOf: (file: string) => Promise<{ readonly document?: unknown; readonly unread?: string }>;
}

/** The release that a newer one is compared with; or why it cannot be read, which is never the same as having none. Neither: there is none. */
export interface EarlierLook {
  readonly earlier?: EarlierRelease;
  readonly unread?: string;
}

/** Looks for the newest release of an image, or the newest before a version; a store that cannot be trusted is refused. */
export function readEarlier(store: Store, imageId: string, before?: string): Promise<EarlierLook> {
  return readChosen(store, imageId, (index) => versionsOf(index, imageId).findLast((version) => before === undefined || compareVersions(version, before) < 0));
}

/** Looks for what the users of an image have who are to get the next one: what `latest` means, or for those who try candidates the newest of them. */
export function readPresent(store: Store, imageId: string, candidate: boolean): Promise<EarlierLook> {
  return readChosen(store, imageId, (index) => {
    const latest = channelVersion(index, imageId, 'latest');
    return candidate ? (channelVersion(index, imageId, 'candidate') ?? latest) : latest;
  });
}

async function readChosen(store: Store, imageId: string, choose: (index: StoreIndex) => string | undefined): Promise<EarlierLook> {
  const known = await orReason(() => store.readIndex(), ['NOT_TRUSTED', 'STORE_CORRUPT']);
  if ('reason' in known) return { unread: known.reason };
  const version = choose(known.value);
  if (version === undefined) return {};
  // Of one damaged release nothing is believed; the store with all others goes on.
  const read = await orReason(async () => readRelease(await store.find({ imageId, selector: { kind: 'version', version } })));
  return 'reason' in read ? { unread: `${version}: ${read.reason}` } : { earlier: read.value };
}

async function readRelease({ release, readText }: FoundRelease): Promise<EarlierRelease> {
  const needed = async (file: string): Promise<string> => {
    const text = await readText(file);
    if (text === undefined) throw unreadable(`it has no ${file}`);
    return text;
  };
  return {
    release,
    packages: (await needed('packages.txt')).split('\n').filter((line) => line !== ''),
    report: reportIn(await needed('report.json')),
    documentOf: async (file) => {
      const read = await orReason(async () => {
        const text = await readText(file);
        return text === undefined ? {} : { document: parsed(file, text) };
      });
      return 'reason' in read ? { unread: `${release.version}: ${read.reason}` } : read.value;
    },
  };
}

function reportIn(text: string): VerificationReport {
  const report = documentOf(text, 'VerificationReport');
  if (report === undefined) throw unreadable('its report.json cannot be read');
  return report;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(`its ${file} cannot be read`);
  }
}

function unreadable(what: string): BakeError {
  return new BakeError('STORE_CORRUPT', { what, fix: 'Publish the release again' });
}

/** What came of reading, or why nothing did; what is `refused`, an interruption and a bug of ours go on their way. */
async function orReason<Value>(
  read: () => Promise<Value>,
  refused: readonly BakeError['code'][] = [],
): Promise<{ readonly value: Value } | { readonly reason: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof BakeError) || [...refused, 'INTERRUPTED', 'BUG'].includes(error.code)) throw error;
    return { reason: error.what };
  }
}
