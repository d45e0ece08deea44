import { BakeError } from '../errors.ts';
import { DAY_PATTERN, REASON_PATTERN, type MarksChange } from '../model/release-marks.ts';
import type { IndexEntry } from '../model/release.ts';
import type { Desk } from '../stages/stage.ts';
import { channelsOf } from '../store/index-changes.ts';
import { openStore } from '../store/open-store.ts';
import { resolveReference } from './resolve-reference.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** A release with what is said of it now. */
export interface MarkedRelease {
  readonly entry: IndexEntry;
  /** Channels that point at it: their readers meet what was said. */
  readonly channels: readonly string[];
}

export interface MarkRequest {
  readonly storeLocation: string;
  readonly reference: string;
}

/** Takes a release back, with a reason that every reader is told; without a reason, gives it back. */
export function yank(desk: Desk, { reason, ...request }: MarkRequest & { readonly reason: string | null }): Promise<MarkedRelease> {
  if (reason !== null && !REASON_PATTERN.test(reason))
    throw new BakeError('USAGE', {
      what: `${JSON.stringify(reason.slice(0, 80))} is not a reason that can be shown`,
      fix: 'Give one line of up to 300 characters, such as --reason "CVE-2026-1234 in nginx"',
    });
  return mark(desk, request, { yanked: reason === null ? null : { at: desk.host.clock.now().toISOString(), reason } });
}

/** Says of a release until which day it is to be used; without a day, takes that back. */
export function deprecate(desk: Desk, { after, ...request }: MarkRequest & { readonly after: string | null }): Promise<MarkedRelease> {
  if (after !== null && !isDay(after)) throw new BakeError('USAGE', { what: `${after.slice(0, 40)} is not a day`, fix: 'Write it as --after 2027-06-30' });
  return mark(desk, request, { deprecatedAfter: after });
}

async function mark(desk: Desk, { storeLocation, reference }: MarkRequest, change: MarksChange): Promise<MarkedRelease> {
  const store = openStore(desk.host, storeLocation);
  const wanted = await resolveReference(desk, store, reference);
  for (const message of await store.prepare()) desk.say({ type: 'note', message });
  const marked = await store.exclusively('mark a release', async (writer) => {
    const { imageId, version } = (await store.find(wanted)).release;
    const index = await writer.mark({ imageId, version }, change);
    const entry = index.releases.find((other) => other.imageId === imageId && other.version === version);
    if (entry === undefined)
      throw new BakeError('RELEASE_NOT_FOUND', { what: `${imageId}@${version} was removed meanwhile`, fix: '`npm run images` lists what there is' });
    const channels = Object.entries(channelsOf(index, imageId)).filter(([, pointed]) => pointed === version);
    return { entry, channels: channels.map(([channel]) => channel).toSorted() };
  });
  await writeCatalogue(desk, store);
  return marked;
}

/** A day that the calendar has. */
function isDay(written: string): boolean {
  return DAY_PATTERN.test(written) && new Date(`${written}T00:00:00Z`).toISOString().startsWith(written);
}
