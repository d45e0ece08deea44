import { BakeError } from '../errors.ts';
import { CHANNEL_PATTERN, compareVersions, type Reference } from '../model/release-name.ts';
import type { Desk } from '../stages/stage.ts';
import { versionBefore } from '../store/channel-history.ts';
import { channelVersion, versionsOf } from '../store/index-changes.ts';
import { openStore } from '../store/open-store.ts';
import { heedMarks } from './heed-marks.ts';
import { resolveReference } from './resolve-reference.ts';
import { writeCatalogue } from './write-catalogue.ts';

/** One pointer that was moved. */
export interface MovedChannel {
  readonly imageId: string;
  readonly channel: string;
  readonly from: string | null;
  readonly to: string;
}

/** Points a channel at the release that a reference means, where none is named the next one; the move is kept, so that it can be taken back. */
export async function promote(
  desk: Desk,
  { storeLocation, reference, channel: named }: { readonly storeLocation: string; readonly reference: string; readonly channel?: string },
): Promise<MovedChannel> {
  if (named !== undefined) assertChannel(named);
  const store = openStore(desk.host, storeLocation);
  const wanted = await resolveReference(desk, store, reference);
  const channel = named ?? nextChannel(wanted);
  await store.prepare();
  return store.exclusively(`promote to ${channel}`, async (locked) => {
    const { release, entry } = await store.find(wanted);
    heedMarks(desk, entry);
    const { imageId, version } = release;
    const from = channelVersion(await locked.readIndex(), imageId, channel) ?? null;
    if (from !== version) await locked.setChannel({ imageId, channel, version, why: 'promote' });
    if (from !== version) await writeCatalogue(desk, store);
    return { imageId, channel, from, to: version };
  });
}

/** Points a channel back at the release that it pointed at before; again goes back once more. */
export async function rollback(
  desk: Desk,
  { storeLocation, image, channel }: { readonly storeLocation: string; readonly image: string; readonly channel: string },
): Promise<MovedChannel> {
  assertChannel(channel);
  const store = openStore(desk.host, storeLocation);
  const { imageId }: Reference = await resolveReference(desk, store, image);
  await store.prepare();
  return store.exclusively(`roll ${channel} back`, async (locked) => {
    const index = await locked.readIndex();
    const sound = index.releases.filter(({ yanked }) => yanked === undefined);
    const versions = versionsOf({ ...index, releases: sound }, imageId);
    const current = channelVersion(index, imageId, channel);
    if (current === undefined) throw nothingBefore(`${imageId} has no channel ${channel}`);
    const before = versionBefore(await store.history(), { imageId, channel, current });
    const to = before !== undefined && versions.includes(before) ? before : versions.findLast((version) => compareVersions(version, current) < 0);
    if (to === undefined) throw nothingBefore(`Nothing came before ${imageId}@${current} in ${channel}`);
    await locked.setChannel({ imageId, channel, version: to, why: 'rollback' });
    await writeCatalogue(desk, store);
    return { imageId, channel, from: current, to };
  });
}

/** A release goes from those who try it to all, and from there to those who want nothing new that is not proven. */
function nextChannel({ selector }: Reference): string {
  return selector.kind === 'channel' && selector.channel === 'candidate' ? 'latest' : 'stable';
}

function assertChannel(channel: string): void {
  if (CHANNEL_PATTERN.test(channel)) return;
  throw new BakeError('USAGE', {
    what: `${JSON.stringify(channel.slice(0, 80))} is not a name that a channel can have`,
    fix: 'Use small letters, digits and dashes, such as latest or stable',
  });
}

function nothingBefore(what: string): BakeError {
  return new BakeError('RELEASE_NOT_FOUND', { what, fix: '`npm run images` lists releases and channels; `npm run promote` points a channel at any of them' });
}
