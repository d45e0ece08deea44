import { CHANNEL_PATTERN, IMAGE_ID_PATTERN, VERSION_PATTERN } from '../../model/release-name.ts';
import type { ReleaseName } from '../store.ts';

/**
 * What a tag of a store's repository means. An image's id has no underscore, so that one divides:
 * `<image>_<version>` is a listed release, `<image>_<channel>` a channel, and a third part says what else is known of a release.
 */
export type TagMeaning =
  | { readonly kind: 'listed' | 'whole' | 'removed' | 'mark' | 'claim'; readonly name: ReleaseName }
  | { readonly kind: 'channel'; readonly imageId: string; readonly channel: string }
  | { readonly kind: 'history' };

export const HISTORY_TAG = '_history_';
/** What a registry takes as a tag. */
const MOST_LETTERS = 128;

/** Reads a tag; undefined for one that is not ours. */
export function readTag(tag: string): TagMeaning | undefined {
  if (tag.startsWith(HISTORY_TAG)) return { kind: 'history' };
  const [imageId = '', word = '', third, ...more] = tag.split('_');
  if (!IMAGE_ID_PATTERN.test(imageId) || more.length > 0) return undefined;
  if (VERSION_PATTERN.test(word)) {
    const kind = kindOf(third);
    return kind === undefined ? undefined : { kind, name: { imageId, version: word } };
  }
  return third === undefined && CHANNEL_PATTERN.test(word) ? { kind: 'channel', imageId, channel: word } : undefined;
}

function kindOf(third: string | undefined): 'listed' | 'whole' | 'removed' | 'mark' | 'claim' | undefined {
  if (third === undefined) return 'listed';
  if (third.startsWith('claim-')) return 'claim';
  return third === 'whole' || third === 'removed' || third === 'mark' ? third : undefined;
}

/** A small text of the store itself; its name is a file's in other stores. */
export function noteTag(name: string): string {
  return `_note_${name}`;
}

export function listedTag({ imageId, version }: ReleaseName): string {
  return `${imageId}_${version}`;
}

/** A release that is whole, listed or not. */
export function wholeTag(name: ReleaseName): string {
  return `${listedTag(name)}_whole`;
}

export function removedTag(name: ReleaseName): string {
  return `${listedTag(name)}_removed`;
}

/** What is said of a release since it was published. */
export function markTag(name: ReleaseName): string {
  return `${listedTag(name)}_mark`;
}

export function claimTag(name: ReleaseName, nonce: string): string {
  return `${listedTag(name)}_claim-${nonce}`;
}

export function channelTag(imageId: string, channel: string): string {
  return `${imageId}_${channel}`;
}

/** A release as KubeVirt pulls it. To a store it is a foreign tag: no number and no channel can look like it, and it takes none. */
export function containerDiskTag(name: ReleaseName): string {
  return `${listedTag(name)}-containerdisk`;
}

/** True when every tag of a release of this image is one that a registry takes. */
export function fitsTags(name: ReleaseName): boolean {
  return claimTag(name, '0'.repeat(12)).length <= MOST_LETTERS;
}
